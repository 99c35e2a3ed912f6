/**
 * Reads what network a checkpoint holds: the widths from tensor shapes, and from the `covis.config` metadata
 * (or from the person, where the file has none) what shapes cannot tell. A checkpoint that is no LoFTR, lacks
 * a tensor or has one of a wrong shape is refused here, before anything is built.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { CovisError } from '../../reporting/covisError.ts';
import { badConfig, type NetworkDescription, objectAt, readDescription } from '../networkDescription.ts';
import { countNumbered, createRefusals, requireShapes } from '../refusals.ts';
import { expectedTensors } from './expectedTensors.ts';
import type { AttentionKind, LoftrConfig, LoftrOptions } from './loftrConfig.ts';

const refusals = createRefusals('a LoFTR', 'LoFTR checkpoint');

/** What the authors' configurations share, and what other files leave unsaid. */
const authors = { window: 5, temperature: 0.1 } as const;

/** What tensor shapes leave open. */
interface OpenChoices {
  readonly coarseHeads: number;
  readonly fineHeads: number;
  readonly tempBugFix: boolean;
  readonly coarseLayers: readonly AttentionKind[] | null;
  readonly fineLayers: readonly AttentionKind[] | null;
  readonly window: number;
  readonly temperature: number;
}

/**
 * @param options used where the file's metadata do not describe the network
 * @throws CovisError `other-network`, `missing-tensor`, `wrong-shape`, `bad-config` or `options-missing`
 */
export function readConfig(checkpoint: NamedTensors, options: LoftrOptions | null): LoftrConfig {
  refuseOtherNetworks(checkpoint);
  const levels = countNumbered(checkpoint, (k) => `backbone.layer${k + 1}.0.conv1.weight`);
  if (levels < 3) throw refusals.missing(`backbone.layer${levels + 1}.0.conv1.weight`);
  if (levels > 4) throw refusals.otherNetwork(`its backbone has ${levels} levels instead of three or four`);
  const levelChannels = Array.from({ length: levels }, (_, k) =>
    firstSide(checkpoint, `backbone.layer${k + 1}.0.conv1.weight`),
  );
  const description = readDescription(checkpoint, 'loftr');
  const choices = description === null ? choicesOf(options) : choicesIn(description);
  const fineChannels = levelChannels.at(-3)!;
  const hasFine = [...checkpoint.tensors.keys()].some((name) => name.startsWith('loftr_fine.'));

  const config: LoftrConfig = {
    levelChannels,
    coarse: {
      channels: levelChannels.at(-1)!,
      heads: choices.coarseHeads,
      layers: choices.coarseLayers ?? alternatingLayers(checkpoint, 'loftr_coarse'),
      tempBugFix: choices.tempBugFix,
    },
    fine: hasFine
      ? {
          channels: fineChannels,
          heads: choices.fineHeads,
          layers: choices.fineLayers ?? alternatingLayers(checkpoint, 'loftr_fine'),
          window: choices.window,
          concatCoarse: checkpoint.tensors.has('fine_preprocess.down_proj.weight'),
        }
      : null,
    temperature: choices.temperature,
  };
  // A step of the pyramid that is not there is found missing under any width.
  const pyramidChannels = (level: number): number =>
    checkpoint.tensors.get(`backbone.layer${level}_outconv2.0.weight`)?.shape[0] ?? levelChannels[level]!;
  requireShapes(checkpoint, expectedTensors(config, pyramidChannels), refusals);
  checkHeads('coarse', config.coarse.channels, config.coarse.heads);
  if (config.fine) checkHeads('fine', config.fine.channels, config.fine.heads);
  return config;
}

function refuseOtherNetworks({ tensors }: NamedTensors): void {
  const names = [...tensors.keys()];
  const has = (prefix: string): boolean => names.some((name) => name.startsWith(prefix));
  if (has('loftr_coarse.') || has('backbone.layer3_outconv')) return;
  if (has('encoder.') && has('decoder.')) throw refusals.otherNetwork('it holds a DKM or RoMa network');
  if (has('conv1.') && has('layer1.')) {
    throw refusals.otherNetwork('it holds a ResNet alone, which lacks "loftr_coarse.layers.0.q_proj.weight"');
  }
  const first = names[0];
  throw refusals.otherNetwork(first === undefined ? 'it holds no tensors' : `its first tensor is "${first}"`);
}

function choicesOf(options: LoftrOptions | null): OpenChoices {
  if (options === null) {
    throw new CovisError(
      'network',
      'options-missing',
      'The weights do not say how many attention heads and which position encoding they were trained with; choose both.',
    );
  }
  return {
    coarseHeads: options.heads,
    fineHeads: options.heads,
    tempBugFix: options.tempBugFix,
    coarseLayers: null,
    fineLayers: null,
    ...authors,
  };
}

function choicesIn(config: NetworkDescription): OpenChoices {
  const coarse = objectAt(config.coarse, 'coarse');
  const fine = config.fine === undefined || config.fine === null ? null : objectAt(config.fine, 'fine');
  const matching = objectAt(config.matching ?? {}, 'matching');
  if ((coarse.attention ?? 'linear') !== 'linear') throw badConfig('its attention is not linear');
  if ((matching.type ?? 'dual_softmax') !== 'dual_softmax')
    throw badConfig('it does not match by dual softmax');
  if (typeof coarse.tempBugFix !== 'boolean') throw badConfig('coarse.tempBugFix is not true or false');
  const coarseHeads = wholeNumberAt(coarse.heads, 'coarse.heads');
  const window = fine ? wholeNumberAt(fine.window ?? authors.window, 'fine.window') : authors.window;
  if (window % 2 === 0) throw badConfig('fine.window is not odd');
  const temperature = matching.temperature ?? authors.temperature;
  if (typeof temperature !== 'number' || !(temperature > 0)) {
    throw badConfig('matching.temperature is not a positive number');
  }
  return {
    coarseHeads,
    fineHeads: fine ? wholeNumberAt(fine.heads, 'fine.heads') : coarseHeads,
    tempBugFix: coarse.tempBugFix,
    coarseLayers: layersAt(coarse.layers, 'coarse.layers'),
    fineLayers: fine ? layersAt(fine.layers, 'fine.layers') : null,
    window,
    temperature,
  };
}

function wholeNumberAt(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
    throw badConfig(`${where} is not a positive whole number`);
  }
  return value;
}

function layersAt(value: unknown, where: string): readonly AttentionKind[] | null {
  if (value === undefined) return null;
  if (!Array.isArray(value) || value.length === 0 || !value.every(isAttentionKind)) {
    throw badConfig(`${where} is not a list of "self" and "cross"`);
  }
  return value;
}

function isAttentionKind(value: unknown): value is AttentionKind {
  return value === 'self' || value === 'cross';
}

function alternatingLayers(checkpoint: NamedTensors, stage: string): AttentionKind[] {
  const count = countNumbered(checkpoint, (k) => `${stage}.layers.${k}.q_proj.weight`);
  if (count === 0) throw refusals.missing(`${stage}.layers.0.q_proj.weight`);
  return Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 'self' : 'cross'));
}

function firstSide({ tensors }: NamedTensors, name: string): number {
  const shape = tensors.get(name)!.shape;
  if (shape.length !== 4 || shape[0]! < 1) {
    throw refusals.wrongShape(name, 'four sides', shape);
  }
  return shape[0]!;
}

function checkHeads(stage: string, channels: number, heads: number): void {
  if (!Number.isSafeInteger(heads) || heads < 1 || channels % heads !== 0) {
    throw new CovisError(
      'network',
      'bad-config',
      `The ${stage} features have ${channels} channels, which ${heads} attention heads cannot share; choose a number of heads that divides ${channels}.`,
    );
  }
}
