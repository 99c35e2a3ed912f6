/**
 * The layers LoFTR's graphs are made of, each reading its weights by its official name. Batch normalisation is
 * folded into the convolution before it, in float64: at inference both are one affine map.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { FloatType, FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { convolve } from '../../onnx/ops/linear.ts';
import { layerNormalise } from '../../onnx/ops/reductions.ts';
import { foldBatchNorm, normEpsilon } from '../foldBatchNorm.ts';
import { once } from '../once.ts';

/** Where layers come from and go to. */
export interface NetworkBuild {
  readonly graph: GraphBuilder;
  readonly checkpoint: NamedTensors;
  /** Type of weights and activations; the parts that need float32 cast for themselves. */
  readonly type: FloatType;
}

/**
 * `<name>.weight`, with the batch normalisation `<norm>.*` behind it if named.
 * @param x [1, C, H, W]
 */
export function convolution(
  { graph, checkpoint, type }: NetworkBuild,
  x: FloatValue,
  name: string,
  norm: string | null,
  stride: number,
): FloatValue {
  return graph.scoped(name, () => {
    const shape = tensorShape(checkpoint, `${name}.weight`);
    const ownWeight = (): Float32Array => readTensor(checkpoint, `${name}.weight`);
    if (norm === null) return convolve(graph, x, graph.floats(type, shape, ownWeight), null, stride);
    const folded = once(() =>
      foldBatchNorm(ownWeight(), {
        scale: readTensor(checkpoint, `${norm}.weight`),
        shift: readTensor(checkpoint, `${norm}.bias`),
        mean: readTensor(checkpoint, `${norm}.running_mean`),
        variance: readTensor(checkpoint, `${norm}.running_var`),
      }),
    );
    const weight = graph.floats(type, shape, () => folded().weight);
    const bias = graph.floats(type, [shape[0]!], () => folded().bias);
    return convolve(graph, x, weight, bias, stride);
  });
}

/** A matrix [in, out] made of a PyTorch weight [out, in]: what `matMul` takes from the right. */
export function linearWeight(build: NetworkBuild, name: string, type: FloatType = build.type): FloatValue {
  const [rows, columns] = tensorShape(build.checkpoint, name);
  return build.graph.floats(type, [columns!, rows!], () =>
    transposeMatrix(readTensor(build.checkpoint, name), rows!, columns!),
  );
}

export function transposeMatrix(values: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = values[row * columns + column]!;
    }
  }
  return transposed;
}

/** A vector [C], such as a bias. */
export function vectorWeight({ graph, checkpoint, type }: NetworkBuild, name: string): FloatValue {
  return graph.floats(type, tensorShape(checkpoint, name), () => readTensor(checkpoint, name));
}

export interface LayerNorm {
  readonly scale: FloatValue;
  readonly shift: FloatValue;
}

export function layerNormWeights(build: NetworkBuild, name: string): LayerNorm {
  return {
    scale: vectorWeight(build, `${name}.weight`),
    shift: vectorWeight(build, `${name}.bias`),
  };
}

export function layerNorm({ graph }: NetworkBuild, x: FloatValue, { scale, shift }: LayerNorm): FloatValue {
  return layerNormalise(graph, x, scale, shift, normEpsilon);
}

function readTensor({ tensors }: NamedTensors, name: string): Float32Array {
  // `readConfig` has checked that every tensor of the network is there.
  return tensors.get(name)!.toFloat32();
}

function tensorShape({ tensors }: NamedTensors, name: string): readonly number[] {
  return tensors.get(name)!.shape;
}
