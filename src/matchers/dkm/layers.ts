/**
 * The layers DKM's graphs are made of, each reading its weights by its official name. Batch normalisation is
 * folded into the convolution before it, in float64: at inference both are one affine map. Widths can be padded
 * with zero channels, for GPUs read four channels at once and DKM's refiners have odd widths.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { FloatType, FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { convolve, convolveGroups } from '../../onnx/ops/linear.ts';
import { foldBatchNorm } from '../foldBatchNorm.ts';
import { once } from '../once.ts';

/** Where layers come from and go to. */
export interface NetworkBuild {
  readonly graph: GraphBuilder;
  readonly checkpoint: NamedTensors;
  /** Type of weights and activations; the parts that need float32 cast for themselves. */
  readonly type: FloatType;
}

/** A convolution of D filters in G groups. */
export interface Convolution {
  readonly shape: readonly [filters: number, groupChannels: number, height: number, width: number];
  /** Computed when first asked for: the shape alone tells what a graph needs. */
  readonly values: () => ConvolutionValues;
}

interface ConvolutionValues {
  /** [D, C / G, k, k] */
  readonly weight: Float32Array;
  /** [D] */
  readonly bias: Float32Array;
}

/**
 * `<name>.weight`, with `<name>.bias` where there is one and the batch normalisation `<norm>.*` behind it if
 * named.
 */
export function readConvolution(
  checkpoint: NamedTensors,
  name: string,
  norm: string | null = null,
): Convolution {
  const shape = checkpoint.tensors.get(`${name}.weight`)!.shape as Convolution['shape'];
  const values = once((): ConvolutionValues => {
    const weight = readTensor(checkpoint, `${name}.weight`);
    const bias = checkpoint.tensors.has(`${name}.bias`)
      ? readTensor(checkpoint, `${name}.bias`)
      : new Float32Array(shape[0]);
    if (norm === null) return { weight, bias };
    return foldBatchNorm(
      weight,
      {
        scale: readTensor(checkpoint, `${norm}.weight`),
        shift: readTensor(checkpoint, `${norm}.bias`),
        mean: readTensor(checkpoint, `${norm}.running_mean`),
        variance: readTensor(checkpoint, `${norm}.running_var`),
      },
      bias,
    );
  });
  return { shape, values };
}

/** The same convolution with filters that give zero behind its own, and with a group's channels that count for nothing. */
export function padConvolution(
  { shape, values }: Convolution,
  filters: number,
  groupChannels: number,
): Convolution {
  const [ownFilters, ownChannels, height, width] = shape;
  if (ownFilters === filters && ownChannels === groupChannels) return { shape, values };
  return {
    shape: [filters, groupChannels, height, width],
    values: once(() => {
      const { weight, bias } = values();
      const ownLength = ownChannels * height * width;
      const length = groupChannels * height * width;
      const padded = new Float32Array(filters * length);
      for (let d = 0; d < ownFilters; d++) {
        padded.set(weight.subarray(d * ownLength, (d + 1) * ownLength), d * length);
      }
      const paddedBias = new Float32Array(filters);
      paddedBias.set(bias);
      return { weight: padded, bias: paddedBias };
    }),
  };
}

/** Of channels as GPUs like to read them. */
export function roundUpToFour(channels: number): number {
  return Math.ceil(channels / 4) * 4;
}

/**
 * @param x [1, C, H, W]
 * @returns [1, D, ceil(H / stride), ceil(W / stride)]
 */
export function convolution(
  { graph, checkpoint, type }: NetworkBuild,
  x: FloatValue,
  name: string,
  norm: string | null = null,
  stride = 1,
): FloatValue {
  return graph.scoped(name, () => {
    const { shape, values } = readConvolution(checkpoint, name, norm);
    const weight = graph.floats(type, shape, () => values().weight);
    const bias = graph.floats(type, [shape[0]], () => values().bias);
    return convolve(graph, x, weight, bias, stride);
  });
}

/**
 * Stores the weights in the graph once, for however many maps they are applied to. G is the channels of such a
 * map over those of a group.
 */
export function placeConvolution(
  { graph, type }: NetworkBuild,
  { shape, values }: Convolution,
): (x: FloatValue) => FloatValue {
  const weight = graph.floats(type, shape, () => values().weight);
  const bias = graph.floats(type, [shape[0]], () => values().bias);
  return (x) => convolveGroups(graph, x, weight, bias);
}

function readTensor({ tensors }: NamedTensors, name: string): Float32Array {
  // `readConfig` has checked that every tensor of the network is there.
  return tensors.get(name)!.toFloat32();
}
