import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { readSafetensors } from '../../checkpoint/safetensors.ts';
import { CovisError } from '../../reporting/covisError.ts';
import { formulaWeights, type TensorShapes } from '../../testing/formulaWeights.ts';
import { readConfig } from './readConfig.ts';

const options = { heads: 4, tempBugFix: true };

function readShapes(name: string): TensorShapes {
  const file = new URL(`../../testing/fixtures/reference/${name}.shapes.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as TensorShapes;
}

const compact = readShapes('loftr_compact_config');

function failureOf(checkpoint: NamedTensors, choices: typeof options | null = options): CovisError {
  try {
    readConfig(checkpoint, choices);
  } catch (error) {
    if (error instanceof CovisError) return error;
    throw error;
  }
  throw new Error('the checkpoint was accepted');
}

function withoutTensors(shapes: TensorShapes, isDropped: (name: string) => boolean): TensorShapes {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => !isDropped(name)));
}

function described(config: unknown): NamedTensors {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  return { ...formulaWeights(compact), metadata: { 'covis.config': text } };
}

describe('readConfig', () => {
  it('reads the official configuration from its shapes', () => {
    const shapes = readShapes('loftr_official_outdoor_config');
    expect(readConfig(formulaWeights(shapes), { heads: 8, tempBugFix: false })).toEqual({
      levelChannels: [128, 196, 256],
      coarse: {
        channels: 256,
        heads: 8,
        layers: ['self', 'cross', 'self', 'cross', 'self', 'cross', 'self', 'cross'],
        tempBugFix: false,
      },
      fine: { channels: 128, heads: 8, layers: ['self', 'cross'], window: 5, concatCoarse: true },
      temperature: 0.1,
    });
  });

  it('reads the shipped weights from their own description, whatever options say', () => {
    const file = new URL('../../../public/weights/loftr-compact.safetensors', import.meta.url);
    const checkpoint = readSafetensors(readFileSync(file));
    const config = readConfig(checkpoint, null);
    expect(config.coarse.layers.length).toBeGreaterThan(0);
    expect(readConfig(checkpoint, { heads: 1, tempBugFix: false })).toEqual(config);
  });

  it('takes every choice of the description', () => {
    const config = {
      architecture: 'loftr',
      coarse: { heads: 2, layers: ['self', 'self', 'cross', 'cross'], tempBugFix: false },
      fine: { heads: 1, layers: ['cross', 'self'], window: 7 },
      matching: { type: 'dual_softmax', temperature: 0.2 },
    };
    expect(readConfig(described(config), null)).toEqual({
      levelChannels: [8, 24, 64],
      coarse: { channels: 64, heads: 2, layers: ['self', 'self', 'cross', 'cross'], tempBugFix: false },
      fine: { channels: 8, heads: 1, layers: ['cross', 'self'], window: 7, concatCoarse: true },
      temperature: 0.2,
    });
  });

  it('reads a network that stops at coarse matches, and one that merges no coarse features', () => {
    const coarseOnly = withoutTensors(compact, (name) => /^(loftr_fine|fine_preprocess)/.test(name));
    expect(readConfig(formulaWeights(coarseOnly), options).fine).toBeNull();
    const unmerged = withoutTensors(compact, (name) => name.startsWith('fine_preprocess'));
    expect(readConfig(formulaWeights(unmerged), options).fine?.concatCoarse).toBe(false);
  });

  it('reads a pyramid that is narrower between its convolutions than the authors’, and refuses one that breaks off', () => {
    const name = 'backbone.layer2_outconv2';
    const norm = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.1.${part}`, [10]]);
    const narrow = { ...compact, [`${name}.0.weight`]: [10, 64, 3, 3], ...Object.fromEntries(norm) };
    const whole = formulaWeights({ ...narrow, [`${name}.3.weight`]: [24, 10, 3, 3] });
    expect(readConfig(whole, options)).toEqual(readConfig(formulaWeights(compact), options));
    expect(failureOf(formulaWeights(narrow)).message).toContain(
      `"${name}.3.weight" has the shape [24, 64, 3, 3] where this network needs the shape [24, 10, 3, 3]`,
    );
  });

  it('tolerates tensors it does not need', () => {
    const shapes = { ...compact, 'pos_encoding.pe': [1, 64, 256, 256], 'optimizer.step': [] };
    expect(readConfig(formulaWeights(shapes), options).levelChannels).toEqual([8, 24, 64]);
  });

  it('names each tensor that is missing', () => {
    const needed = Object.keys(compact).filter((name) => !name.endsWith('num_batches_tracked'));
    // Without down_proj there is no merging, which is a network of its own; without all layers of one, another.
    const optional = new Set(['fine_preprocess.down_proj.weight']);
    const wrong = needed
      .filter((name) => !optional.has(name) && !name.endsWith('q_proj.weight'))
      .filter((name) => {
        const failure = failureOf(formulaWeights(withoutTensors(compact, (other) => other === name)));
        return failure.code !== 'missing-tensor' || !failure.message.includes(`"${name}"`);
      });
    expect(wrong).toEqual([]);
  });

  it('refuses a truncated transformer by the first layer that is not there', () => {
    const config = {
      architecture: 'loftr',
      coarse: { heads: 4, tempBugFix: true, layers: Array(5).fill('self') },
    };
    const failure = failureOf(described({ ...config, fine: { heads: 4 } }), null);
    expect(failure.message).toContain('"loftr_coarse.layers.4.q_proj.weight"');
  });

  it('says what shape it needs and what it found', () => {
    const name = 'loftr_coarse.layers.2.mlp.0.weight';
    const failure = failureOf(formulaWeights({ ...compact, [name]: [128, 96] }));
    expect(failure.code).toBe('wrong-shape');
    expect(failure.message).toContain(
      `"${name}" has the shape [128, 96] where this network needs the shape [128, 128]`,
    );
  });

  it.each<[string, TensorShapes]>([
    [
      'DKM',
      { 'encoder.resnet.conv1.weight': [64, 3, 7, 7], 'decoder.gps.32.pos_conv.weight': [256, 2, 1, 1] },
    ],
    [
      'ResNet',
      { 'conv1.weight': [64, 3, 7, 7], 'layer1.0.conv1.weight': [64, 64, 1, 1], 'fc.weight': [1000, 2048] },
    ],
    ['"model.embed"', { 'model.embed': [10, 10] }],
    ['no tensors', {}],
  ])('refuses another network: %s', (evidence, shapes) => {
    const failure = failureOf(formulaWeights(shapes));
    expect(failure.code).toBe('other-network');
    expect(failure.message).toContain(evidence);
  });

  it('asks for what neither the file nor the person says', () => {
    expect(failureOf(formulaWeights(compact), null).code).toBe('options-missing');
  });

  it('refuses heads that cannot share the channels', () => {
    expect(failureOf(formulaWeights(compact), { heads: 3, tempBugFix: true }).message).toContain(
      '64 channels, which 3 attention heads cannot share',
    );
  });

  it.each<[string, unknown]>([
    ['it is no JSON', '{'],
    ['the whole is not an object', []],
    ['its architecture', { architecture: 'dkm', coarse: {} }],
    ['its attention', { architecture: 'loftr', coarse: { attention: 'full' } }],
    ['dual softmax', { architecture: 'loftr', coarse: {}, matching: { type: 'sinkhorn' } }],
    ['coarse.tempBugFix', { architecture: 'loftr', coarse: { heads: 4 } }],
    ['coarse.heads', { architecture: 'loftr', coarse: { heads: 0.5, tempBugFix: true } }],
    ['coarse.layers', { architecture: 'loftr', coarse: { heads: 4, tempBugFix: true, layers: ['both'] } }],
    [
      'fine.window',
      { architecture: 'loftr', coarse: { heads: 4, tempBugFix: true }, fine: { heads: 4, window: 4 } },
    ],
    [
      'matching.temperature',
      { architecture: 'loftr', coarse: { heads: 4, tempBugFix: true }, matching: { temperature: 0 } },
    ],
  ])('refuses a description: %s', (problem, config) => {
    const failure = failureOf(described(config), null);
    expect([failure.stage, failure.code]).toEqual(['network', 'bad-config']);
    expect(failure.message).toContain(problem);
  });
});
