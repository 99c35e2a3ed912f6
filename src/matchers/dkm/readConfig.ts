/**
 * Reads what DKM a checkpoint holds: every width, depth and radius from tensor shapes. A checkpoint that is no
 * DKM of version 3, lacks a tensor or has one of a wrong shape is refused here, before anything is built.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { badConfig, readDescription } from '../networkDescription.ts';
import { countNumbered, createRefusals, requireShapes } from '../refusals.ts';
import {
  type DkmConfig,
  type GlobalStride,
  globalStrides,
  publishedFineScale,
  type RefinedStride,
  type RefinerConfig,
  refinedStrides,
  refinerInputChannels,
  type Stride,
} from './dkmConfig.ts';
import { type EncoderWidths, expectedTensors } from './expectedTensors.ts';

const refusals = createRefusals('a DKM of version 3', 'DKMv3 checkpoint');

/** @throws CovisError `other-network`, `missing-tensor`, `wrong-shape` or `bad-config` */
export function readConfig(checkpoint: NamedTensors): DkmConfig {
  refuseOtherNetworks(checkpoint);
  const { encoder, widths } = readEncoder(checkpoint);
  const projected: Stride[] = [...globalStrides];
  for (const stride of [8, 4, 2, 1] as const) {
    if (checkpoint.tensors.has(`decoder.proj.${stride}.weight`)) projected.push(stride);
  }
  const encoderChannels = [
    widths.levels[3]!,
    widths.levels[2]!,
    widths.levels[1]!,
    widths.levels[0]!,
    widths.stem,
    3,
  ];
  const channels = Object.fromEntries(
    ([32, 16, 8, 4, 2, 1] as const).map((stride, k) => [
      stride,
      projected.includes(stride) ? side(checkpoint, `decoder.proj.${stride}.weight`, 0) : encoderChannels[k]!,
    ]),
  ) as Record<Stride, number>;
  const config: DkmConfig = {
    encoder,
    channels,
    projected,
    basisChannels: atGlobalStrides((stride) => side(checkpoint, `decoder.gps.${stride}.pos_conv.weight`, 0)),
    decoderFeatureChannels: atGlobalStrides((stride) =>
      side(checkpoint, `decoder.embedding_decoder.feat_input_modules.${stride}.weight`, 0),
    ),
    contextChannels: side(checkpoint, 'decoder.embedding_decoder.terminal_module.16.weight', 1),
    refiners: Object.fromEntries(
      refinedStrides.map((stride) => [stride, readRefiner(checkpoint, stride, channels[stride])]),
    ) as Record<RefinedStride, RefinerConfig>,
    fineScale: readFineScale(checkpoint),
  };
  checkShapes(checkpoint, config, widths);
  return config;
}

function refuseOtherNetworks({ tensors }: NamedTensors): void {
  const names = [...tensors.keys()];
  const has = (prefix: string): boolean => names.some((name) => name.startsWith(prefix));
  if (has('encoder.cnn.') || has('encoder.dinov2') || has('decoder.embedding_decoder.blocks.')) {
    throw refusals.otherNetwork('it holds a RoMa network, which lacks "encoder.net.conv1.weight"');
  }
  if (has('encoder.resnet.')) {
    throw refusals.otherNetwork('it holds version 1 or 2 of DKM, which lacks "encoder.net.conv1.weight"');
  }
  if (has('encoder.net.') || has('decoder.')) return;
  if (has('loftr_coarse.') || has('backbone.')) throw refusals.otherNetwork('it holds a LoFTR network');
  if (has('conv1.') && has('layer1.')) {
    throw refusals.otherNetwork('it holds a ResNet alone, which lacks "decoder.proj.32.weight"');
  }
  const first = names[0];
  throw refusals.otherNetwork(first === undefined ? 'it holds no tensors' : `its first tensor is "${first}"`);
}

function readFineScale(checkpoint: NamedTensors): number | null {
  const fineScale = readDescription(checkpoint, 'dkm')?.fineScale;
  if (fineScale === undefined) return publishedFineScale;
  if (fineScale !== null && !(typeof fineScale === 'number' && fineScale > 1)) {
    throw badConfig('fineScale is neither null nor a number above 1');
  }
  return fineScale;
}

function readEncoder(checkpoint: NamedTensors): {
  readonly encoder: DkmConfig['encoder'];
  readonly widths: EncoderWidths;
} {
  const { tensors } = checkpoint;
  const level = (n: number): string => `encoder.net.layer${n}`;
  const block = tensors.has(`${level(1)}.0.conv3.weight`) ? 'bottleneck' : 'basic';
  const last = block === 'bottleneck' ? 'conv3' : 'conv2';
  return {
    encoder: {
      block,
      blockCounts: [1, 2, 3, 4].map((n) => countBlocks(checkpoint, (k) => `${level(n)}.${k}.conv1.weight`)),
    },
    widths: {
      stem: side(checkpoint, 'encoder.net.conv1.weight', 0),
      stemKernel: side(checkpoint, 'encoder.net.conv1.weight', 2),
      levels: [1, 2, 3, 4].map((n) => side(checkpoint, `${level(n)}.0.${last}.weight`, 0)),
      inner: [1, 2, 3, 4].map((n) => side(checkpoint, `${level(n)}.0.conv1.weight`, 0)),
    },
  };
}

function readRefiner(
  checkpoint: NamedTensors,
  stride: RefinedStride,
  featureChannels: number,
): RefinerConfig {
  const name = `decoder.conv_refiner.${stride}`;
  const first = `${name}.block1.0.weight`;
  const hiddenChannels = side(checkpoint, first, 0);
  const groupChannels = side(checkpoint, first, 1);
  const displacementChannels = side(checkpoint, `${name}.disp_emb.weight`, 0);
  const depthwise = groupChannels === 1;
  const others = 2 * featureChannels + displacementChannels;
  // A depthwise layer may give several channels for each it reads: the least such number that leaves a square
  // of offsets, or nothing, for the correlation.
  const inputs = depthwise ? divisorsFrom(hiddenChannels) : [groupChannels];
  const correlationRadius = inputs
    .map((input) => radiusOf(input - others))
    .find((radius) => radius !== undefined);
  if (correlationRadius === undefined) {
    throw refusals.wrongShape(
      first,
      `${others} input channels, or those and the odd square of a local correlation`,
      checkpoint.tensors.get(first)!.shape,
    );
  }
  return {
    featureChannels,
    displacementChannels,
    correlationRadius,
    hiddenChannels,
    hiddenBlocks: countBlocks(checkpoint, (k) => `${name}.hidden_blocks.${k}.0.weight`),
    depthwise,
    kernel: side(checkpoint, first, 2),
  };
}

/** @returns undefined where `offsets` is no odd square; null for none at all */
function radiusOf(offsets: number): number | null | undefined {
  if (offsets === 0) return null;
  const width = Math.sqrt(offsets);
  return offsets > 0 && Number.isInteger(width) && width % 2 === 1 ? (width - 1) / 2 : undefined;
}

/** Divisors of n, the largest first. */
function divisorsFrom(n: number): number[] {
  return Array.from({ length: n }, (_, k) => n / (k + 1)).filter(Number.isInteger);
}

function atGlobalStrides(read: (stride: GlobalStride) => number): Record<GlobalStride, number> {
  return { 32: read(32), 16: read(16) };
}

/** Blocks of a level or a refiner, of which there is at least one. */
function countBlocks(checkpoint: NamedTensors, nameOf: (index: number) => string): number {
  const count = countNumbered(checkpoint, nameOf);
  if (count === 0) throw refusals.missing(nameOf(0));
  return count;
}

/** One side of the shape of a convolution's weight. */
function side({ tensors }: NamedTensors, name: string, axis: number): number {
  const tensor = tensors.get(name);
  if (!tensor) throw refusals.missing(name);
  const { shape } = tensor;
  if (shape.length !== 4 || shape.some((length) => length < 1))
    throw refusals.wrongShape(name, 'four sides', shape);
  return shape[axis]!;
}

function checkShapes(checkpoint: NamedTensors, config: DkmConfig, widths: EncoderWidths): void {
  requireShapes(checkpoint, expectedTensors(config, widths), refusals);
  const shapeOf = (name: string): readonly number[] => checkpoint.tensors.get(name)!.shape;
  for (const stride of refinedStrides) {
    const refiner = config.refiners[stride];
    const name = `decoder.conv_refiner.${stride}.block1.0.weight`;
    if (refiner.kernel % 2 === 0) throw refusals.wrongShape(name, 'an odd kernel', shapeOf(name));
    if (refiner.depthwise && refiner.hiddenChannels % refinerInputChannels(refiner) !== 0) {
      throw refusals.wrongShape(name, 'a multiple of its input channels', shapeOf(name));
    }
  }
}
