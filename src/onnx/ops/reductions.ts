/**
 * Reductions over one axis, which stays with length 1, and normalisations over the last axis. On WebGPU a
 * reduction over any other axis than the last costs a transposed copy.
 */
import type { FloatType, GraphBuilder, Shape, Value } from '../graphBuilder.ts';

export function reduceMax<T extends FloatType>(graph: GraphBuilder, x: Value<T>, axis: number): Value<T> {
  const attributes = {
    axes: { kind: 'ints', value: [axis] },
    keepdims: { kind: 'int', value: 1 },
  } as const;
  return graph.node('ReduceMax', [x], attributes, x.type, reducedShape(graph, 'ReduceMax', x.shape, axis));
}

export function reduceSum<T extends FloatType>(graph: GraphBuilder, x: Value<T>, axis: number): Value<T> {
  const attributes = { keepdims: { kind: 'int', value: 1 } } as const;
  const shape = reducedShape(graph, 'ReduceSum', x.shape, axis);
  return graph.node('ReduceSum', [x, graph.integers([axis])], attributes, x.type, shape);
}

/** Index of the largest entry, of equal ones the first. */
export function argMax(graph: GraphBuilder, x: Value<FloatType>, axis: number): Value<'int64'> {
  const attributes = { axis: { kind: 'int', value: axis }, keepdims: { kind: 'int', value: 1 } } as const;
  return graph.node('ArgMax', [x], attributes, 'int64', reducedShape(graph, 'ArgMax', x.shape, axis));
}

/** Over the last axis. */
export function softmax<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Softmax', [x], { axis: { kind: 'int', value: -1 } }, x.type, x.shape);
}

/**
 * Layer normalisation over the last axis. The operator takes its statistics in float32 whatever the type of x.
 * @param scale [C]
 * @param shift [C]
 */
export function layerNormalise<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  scale: Value<T>,
  shift: Value<T>,
  epsilon: number,
): Value<T> {
  for (const parameter of [scale, shift]) {
    if (parameter.shape.length !== 1 || parameter.shape[0] !== x.shape.at(-1)) {
      graph.fail(
        `LayerNormalization got parameters [${parameter.shape.join(', ')}] for [${x.shape.join(', ')}]`,
      );
    }
  }
  const attributes = {
    axis: { kind: 'int', value: -1 },
    epsilon: { kind: 'float', value: epsilon },
    stash_type: { kind: 'int', value: 1 },
  } as const;
  return graph.node('LayerNormalization', [x, scale, shift], attributes, x.type, x.shape);
}

function reducedShape(graph: GraphBuilder, opType: string, shape: Shape, axis: number): Shape {
  const index = axis < 0 ? axis + shape.length : axis;
  if (!(index in shape)) graph.fail(`${opType} over axis ${axis} of [${shape.join(', ')}]`);
  return shape.with(index, 1);
}
