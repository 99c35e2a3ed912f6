/** Names and shapes of all tensors a configuration reads, as the authors' checkpoints name them. */
import { fineLevel, type LoftrConfig } from './loftrConfig.ts';

export type TensorShape = readonly number[];

/**
 * @param pyramidChannels between the two convolutions of each step of the feature pyramid, by the level that it
 *   ends at, from 1; only its own tensors tell
 */
export function expectedTensors(
  config: LoftrConfig,
  pyramidChannels: (level: number) => number,
): ReadonlyMap<string, TensorShape> {
  const { coarse, fine } = config;
  return new Map([
    ...backboneTensors(config),
    ...(fine ? pyramidTensors(config, pyramidChannels) : []),
    ...coarse.layers.flatMap((_, k) => encoderTensors(`loftr_coarse.layers.${k}`, coarse.channels)),
    ...(fine?.concatCoarse ? mergeTensors(coarse.channels, fine.channels) : []),
    ...(fine?.layers.flatMap((_, k) => encoderTensors(`loftr_fine.layers.${k}`, fine.channels)) ?? []),
  ]);
}

type Entry = readonly [name: string, shape: TensorShape];

function normTensors(name: string, channels: number): Entry[] {
  return ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]);
}

function backboneTensors({ levelChannels }: LoftrConfig): Entry[] {
  const first = levelChannels[0]!;
  const last = levelChannels.at(-1)!;
  return [
    ['backbone.conv1.weight', [first, 1, 7, 7]],
    ...normTensors('backbone.bn1', first),
    ...levelChannels.flatMap((channels, k) => {
      const name = `backbone.layer${k + 1}`;
      const before = levelChannels[k - 1];
      return [
        ...blockTensors(`${name}.0`, before ?? first, channels),
        ...(before === undefined ? [] : downsampleTensors(`${name}.0.downsample`, before, channels)),
        ...blockTensors(`${name}.1`, channels, channels),
      ];
    }),
    [`backbone.layer${levelChannels.length}_outconv.weight`, [last, last, 1, 1]],
  ];
}

function blockTensors(name: string, from: number, to: number): Entry[] {
  return [
    [`${name}.conv1.weight`, [to, from, 3, 3]],
    ...normTensors(`${name}.bn1`, to),
    [`${name}.conv2.weight`, [to, to, 3, 3]],
    ...normTensors(`${name}.bn2`, to),
  ];
}

function downsampleTensors(name: string, from: number, to: number): Entry[] {
  return [[`${name}.0.weight`, [to, from, 1, 1]], ...normTensors(`${name}.1`, to)];
}

function pyramidTensors(config: LoftrConfig, channels: (level: number) => number): Entry[] {
  const { levelChannels } = config;
  const entries: Entry[] = [];
  for (let level = levelChannels.length - 1; level >= fineLevel(config); level--) {
    const own = levelChannels[level - 1]!;
    const above = levelChannels[level]!;
    const between = channels(level);
    const name = `backbone.layer${level}`;
    entries.push(
      [`${name}_outconv.weight`, [above, own, 1, 1]],
      [`${name}_outconv2.0.weight`, [between, above, 3, 3]],
      ...normTensors(`${name}_outconv2.1`, between),
      [`${name}_outconv2.3.weight`, [own, between, 3, 3]],
    );
  }
  return entries;
}

function encoderTensors(name: string, channels: number): Entry[] {
  const double = 2 * channels;
  return [
    ...['q_proj', 'k_proj', 'v_proj', 'merge'].map(
      (part): Entry => [`${name}.${part}.weight`, [channels, channels]],
    ),
    [`${name}.mlp.0.weight`, [double, double]],
    [`${name}.mlp.2.weight`, [channels, double]],
    ...['norm1.weight', 'norm1.bias', 'norm2.weight', 'norm2.bias'].map(
      (part): Entry => [`${name}.${part}`, [channels]],
    ),
  ];
}

function mergeTensors(coarse: number, fine: number): Entry[] {
  return [
    ['fine_preprocess.down_proj.weight', [fine, coarse]],
    ['fine_preprocess.down_proj.bias', [fine]],
    ['fine_preprocess.merge_feat.weight', [fine, 2 * fine]],
    ['fine_preprocess.merge_feat.bias', [fine]],
  ];
}
