/** Matrix products and convolutions. */
import type { FloatType, GraphBuilder, Value } from '../graphBuilder.ts';
import { broadcastShapes } from './elementwise.ts';

/** [..., M, K] times [..., K, N]; leading sides broadcast. */
export function matMul<T extends FloatType>(graph: GraphBuilder, a: Value<T>, b: Value<T>): Value<T> {
  const shapes = `[${a.shape.join(', ')}] and [${b.shape.join(', ')}]`;
  if (a.type !== b.type) graph.fail(`MatMul mixes ${a.type} with ${b.type}`);
  if (a.shape.length < 2 || b.shape.length < 2) graph.fail(`MatMul needs matrices, not ${shapes}`);
  if (a.shape.at(-1) !== b.shape.at(-2)) graph.fail(`MatMul cannot multiply ${shapes}`);
  const batch = broadcastShapes(graph, 'MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  return graph.node('MatMul', [a, b], {}, a.type, [...batch, a.shape.at(-2)!, b.shape.at(-1)!]);
}

/** The product of a transposed [K, M] with [K, N]: [M, N]. */
export function transposedMatMul<T extends FloatType>(
  graph: GraphBuilder,
  a: Value<T>,
  b: Value<T>,
): Value<T> {
  if (a.type !== b.type) graph.fail(`Gemm mixes ${a.type} with ${b.type}`);
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[0] !== b.shape[0]) {
    graph.fail(`Gemm cannot multiply [${a.shape.join(', ')}] transposed and [${b.shape.join(', ')}]`);
  }
  const attributes = { transA: { kind: 'int', value: 1 } } as const;
  return graph.node('Gemm', [a, b], attributes, a.type, [a.shape[1]!, b.shape[1]!]);
}

/**
 * `scale` a b + c in one operator.
 * @param a [M, K]
 * @param b [K, N]
 * @param c [M, N]
 */
export function scaledProductPlus<T extends FloatType>(
  graph: GraphBuilder,
  scale: number,
  a: Value<T>,
  b: Value<T>,
  c: Value<T>,
): Value<T> {
  if (a.type !== b.type || a.type !== c.type) graph.fail('Gemm mixes element types');
  const shape = [a.shape[0]!, b.shape[1]!];
  if (
    a.shape.length !== 2 ||
    b.shape.length !== 2 ||
    a.shape[1] !== b.shape[0] ||
    c.shape.join() !== shape.join()
  ) {
    graph.fail(
      `Gemm cannot add [${a.shape.join(', ')}] times [${b.shape.join(', ')}] to [${c.shape.join(', ')}]`,
    );
  }
  return graph.node('Gemm', [a, b, c], { alpha: { kind: 'float', value: scale } }, a.type, shape);
}

/**
 * A convolution within groups of channels: each filter sees only its own group. Square kernel, zero padding of
 * half the kernel on each side, no stride.
 * @param x [N, C, H, W]
 * @param weight [D, C / G, k, k], k odd; G is C over its second side and divides D
 * @param bias [D]
 * @returns [N, D, H, W]
 */
export function convolveGroups<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  weight: Value<T>,
  bias: Value<T>,
): Value<T> {
  const [batch, channels, height, width] = x.shape;
  const [filters, groupChannels, kernel, kernelWidth] = weight.shape;
  if (x.shape.length !== 4 || weight.shape.length !== 4 || kernel !== kernelWidth || kernel! % 2 === 0) {
    graph.fail(`Conv cannot slide [${weight.shape.join(', ')}] over [${x.shape.join(', ')}]`);
  }
  const groups = channels! / groupChannels!;
  if (!Number.isInteger(groups) || filters! % groups !== 0) {
    graph.fail(`Conv cannot share ${channels} channels among kernels [${weight.shape.join(', ')}]`);
  }
  if (bias.shape.length !== 1 || bias.shape[0] !== filters) {
    graph.fail(`Conv got a bias [${bias.shape.join(', ')}] for ${filters} filters`);
  }
  if (x.type !== weight.type || bias.type !== x.type) graph.fail('Conv mixes element types');
  const padding = (kernel! - 1) / 2;
  const attributes = {
    kernel_shape: { kind: 'ints', value: [kernel!, kernel!] },
    pads: { kind: 'ints', value: [padding, padding, padding, padding] },
    group: { kind: 'int', value: groups },
  } as const;
  return graph.node('Conv', [x, weight, bias], attributes, x.type, [batch!, filters!, height!, width!]);
}

/**
 * A convolution with a square kernel, zero padding of half the kernel on each side, and no dilation.
 * @param x [1, C, H, W]
 * @param weight [D, C, k, k], k odd
 * @param bias [D]
 * @returns [1, D, ceil(H / stride), ceil(W / stride)]
 */
export function convolve<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  weight: Value<T>,
  bias: Value<T> | null,
  stride: number,
): Value<T> {
  const [batch, channels, height, width] = x.shape;
  const [filters, weightChannels, kernel, kernelWidth] = weight.shape;
  if (x.shape.length !== 4 || weight.shape.length !== 4 || kernel !== kernelWidth || kernel! % 2 === 0) {
    graph.fail(`Conv cannot slide [${weight.shape.join(', ')}] over [${x.shape.join(', ')}]`);
  }
  if (channels !== weightChannels) {
    graph.fail(`Conv got ${channels} channels for a kernel [${weight.shape.join(', ')}]`);
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== filters)) {
    graph.fail(`Conv got a bias [${bias.shape.join(', ')}] for ${filters} filters`);
  }
  if (x.type !== weight.type || (bias && bias.type !== x.type)) graph.fail('Conv mixes element types');
  const padding = (kernel! - 1) / 2;
  const attributes = {
    kernel_shape: { kind: 'ints', value: [kernel!, kernel!] },
    strides: { kind: 'ints', value: [stride, stride] },
    pads: { kind: 'ints', value: [padding, padding, padding, padding] },
  } as const;
  const inputs = bias ? [x, weight, bias] : [x, weight];
  const shape = [batch!, filters!, Math.ceil(height! / stride), Math.ceil(width! / stride)];
  return graph.node('Conv', inputs, attributes, x.type, shape);
}
