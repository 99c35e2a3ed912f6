import { describe, expect, it } from 'vitest';
import { formulaWeights, type TensorShapes } from '../../testing/formulaWeights.ts';
import { readConfig } from './readConfig.ts';
import { narrowConfig, narrowShapes } from './testing/narrowNetwork.ts';
import { officialShapes } from './testing/referenceFiles.ts';

function read(shapes: TensorShapes) {
  return readConfig(formulaWeights(shapes, 'dkm'));
}

function without(shapes: TensorShapes, unwanted: (name: string) => boolean): TensorShapes {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => !unwanted(name)));
}

function renamed(shapes: TensorShapes, from: string, to: string): TensorShapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name.replace(from, to), shape]));
}

describe('readConfig', () => {
  it('reads the official outdoor network', () => {
    const config = read(officialShapes());
    expect(config).toMatchObject({
      encoder: { block: 'bottleneck', blockCounts: [3, 4, 6, 3] },
      channels: { 32: 512, 16: 512, 8: 512, 4: 256, 2: 64, 1: 3 },
      projected: [32, 16],
      basisChannels: { 32: 256, 16: 256 },
      contextChannels: 384,
    });
    const radii = [16, 8, 4, 2, 1].map((stride) => config.refiners[stride as 16].correlationRadius);
    expect(radii).toEqual([7, 3, 2, null, null]);
    expect(config.refiners[1]).toMatchObject({ hiddenChannels: 24, hiddenBlocks: 8, kernel: 5 });
  });

  it.each(['basic', 'bottleneck'] as const)('reads a narrow network of %s blocks', (block) => {
    expect(read(narrowShapes(block))).toEqual(narrowConfig(block));
  });

  it.each([
    ['the published second pass where the file says nothing', undefined, 1.6],
    ['one pass', '{"architecture":"dkm","fineScale":null}', null],
    ['another second pass', '{"architecture":"dkm","fineScale":1.25}', 1.25],
  ])('reads %s', (_, text, fineScale) => {
    const weights = formulaWeights(narrowShapes(), 'dkm');
    const metadata = text === undefined ? {} : { 'covis.config': text };
    expect(readConfig({ ...weights, metadata }).fineScale).toBe(fineScale);
  });

  it.each([
    [/no JSON/, '{'],
    [/architecture is not "dkm"/, '{"architecture":"loftr"}'],
    [/fineScale is neither null nor a number above 1/, '{"architecture":"dkm","fineScale":0.5}'],
  ])('refuses a description: %s', (message, text) => {
    const weights = { ...formulaWeights(narrowShapes(), 'dkm'), metadata: { 'covis.config': text } };
    expect(() => readConfig(weights)).toThrow(
      expect.objectContaining({ code: 'bad-config', message: expect.stringMatching(message) }),
    );
  });

  it('reads the radius from dense convolutions as well', () => {
    const shapes = { ...narrowShapes() };
    const inputs = 2 * 8 + 4 + 25;
    for (const [name, shape] of Object.entries(shapes)) {
      if (!name.startsWith('decoder.conv_refiner.8.')) continue;
      const first = /\.block1\.0\.weight$/.test(name);
      shapes[name] = shape.map((side) => (side === inputs ? 7 : side));
      if (first) shapes[name] = [7, inputs, 5, 5];
      else if (/\.hidden_blocks\.\d\.0\.weight$/.test(name)) shapes[name] = [7, 7, 5, 5];
    }
    expect(read(shapes).refiners[8]).toMatchObject({
      depthwise: false,
      correlationRadius: 2,
      hiddenChannels: 7,
    });
  });

  it.each([
    [
      'other-network',
      /RoMa.*encoder\.net/,
      { 'encoder.cnn.layers.0.weight': [64, 3, 3, 3], 'decoder.x': [1] },
    ],
    ['other-network', /version 1 or 2 of DKM/, renamed(officialShapes(), 'encoder.net', 'encoder.resnet')],
    ['other-network', /LoFTR/, { 'backbone.conv1.weight': [8, 1, 7, 7], 'loftr_coarse.x': [1] }],
    [
      'other-network',
      /ResNet alone.*decoder\.proj\.32\.weight/,
      { 'conv1.weight': [64, 3, 7, 7], 'layer1.0.conv1.weight': [64, 64, 1, 1] },
    ],
    ['other-network', /no tensors/, {}],
    [
      'missing-tensor',
      /"decoder\.proj\.32\.weight"/,
      without(officialShapes(), (name) => name.startsWith('decoder.')),
    ],
    [
      'missing-tensor',
      /"decoder\.conv_refiner\.4\.block1\.0\.weight"/,
      without(officialShapes(), (name) => name.startsWith('decoder.conv_refiner.4.')),
    ],
    [
      'missing-tensor',
      /"decoder\.conv_refiner\.16\.disp_emb\.weight"/,
      without(officialShapes(), (name) => name.includes('disp_emb')),
    ],
    [
      'missing-tensor',
      /"encoder\.net\.layer4\.0\.conv/,
      without(officialShapes(), (name) => name.startsWith('encoder.net.layer4')),
    ],
    [
      'wrong-shape',
      /"decoder\.cab\.16\.conv1\.weight"|"decoder\.embedding_decoder\.cab\.16\.conv1\.weight"/,
      { ...officialShapes(), 'decoder.embedding_decoder.cab.16.conv1.weight': [384, 384, 1, 1] },
    ],
    [
      'wrong-shape',
      /1377.*1153 input channels/,
      { ...officialShapes(), 'decoder.conv_refiner.16.disp_emb.weight': [129, 2, 1, 1] },
    ],
  ] as const)('refuses with %s: %s', (code, message, shapes) => {
    expect(() => read(shapes as TensorShapes)).toThrowError(expect.objectContaining({ code }));
    expect(() => read(shapes as TensorShapes)).toThrowError(message);
  });
});
