/**
 * The layers DKM's graphs are made of, each reading its weights by its official name. Batch normalisation is
 * folded into the convolution before it, in float64: at inference both are one affine map. Widths can be padded
 * with zero channels, for GPUs read four channels at once and DKM's refiners have odd widths.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { FloatType, FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { convolve, convolveGroups } from '../../onnx/ops/linear.ts';
import { foldBatchNorm } from '../foldBatchNorm.ts';

/** Where layers come from and go to. */
export interface NetworkBuild {
  readonly graph: GraphBuilder;
  readonly checkpoint: NamedTensors;
  /** Type of weights and activations; the parts that need float32 cast for themselves. */
  readonly type: FloatType;
}

/** Weight [D, C / G, k, k] and bias [D] of a convolution in G groups. */
export interface Convolution {
  readonly shape: readonly [filters: number, groupChannels: number, height: number, width: number];
  readonly weight: Float32Array;
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
  const weight = readTensor(checkpoint, `${name}.weight`);
  const shape = checkpoint.tensors.get(`${name}.weight`)!.shape as Convolution['shape'];
  const filters = shape[0];
  const bias = checkpoint.tensors.has(`${name}.bias`)
    ? readTensor(checkpoint, `${name}.bias`)
    : new Float32Array(filters);
  if (norm === null) return { shape, weight, bias };
  const folded = foldBatchNorm(
    weight,
    {
      scale: readTensor(checkpoint, `${norm}.weight`),
      shift: readTensor(checkpoint, `${norm}.bias`),
      mean: readTensor(checkpoint, `${norm}.running_mean`),
      variance: readTensor(checkpoint, `${norm}.running_var`),
    },
    bias,
  );
  return { shape, ...folded };
}

/** The same convolution with filters that give zero behind its own, and with a group's channels that count for nothing. */
export function padConvolution(
  { shape, weight, bias }: Convolution,
  filters: number,
  groupChannels: number,
): Convolution {
  const [ownFilters, ownChannels, height, width] = shape;
  if (ownFilters === filters && ownChannels === groupChannels) return { shape, weight, bias };
  const ownLength = ownChannels * height * width;
  const length = groupChannels * height * width;
  const padded = new Float32Array(filters * length);
  for (let d = 0; d < ownFilters; d++) {
    padded.set(weight.subarray(d * ownLength, (d + 1) * ownLength), d * length);
  }
  const paddedBias = new Float32Array(filters);
  paddedBias.set(bias);
  return { shape: [filters, groupChannels, height, width], weight: padded, bias: paddedBias };
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
    const { shape, weight, bias } = readConvolution(checkpoint, name, norm);
    return convolve(
      graph,
      x,
      graph.floats(type, shape, weight),
      graph.floats(type, [bias.length], bias),
      stride,
    );
  });
}

/**
 * Stores the weights in the graph once, for however many maps they are applied to. G is the channels of such a
 * map over those of a group.
 */
export function placeConvolution(
  { graph, type }: NetworkBuild,
  { shape, weight, bias }: Convolution,
): (x: FloatValue) => FloatValue {
  const [weightValue, biasValue] = [
    graph.floats(type, shape, weight),
    graph.floats(type, [bias.length], bias),
  ];
  return (x) => convolveGroups(graph, x, weightValue, biasValue);
}

function readTensor({ tensors }: NamedTensors, name: string): Float32Array {
  // `readConfig` has checked that every tensor of the network is there.
  return tensors.get(name)!.toFloat32();
}
