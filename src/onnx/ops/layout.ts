/** Operators that move elements without computing. */
import type { ElementType, FloatType, GraphBuilder, Shape, Value } from '../graphBuilder.ts';

/** The same elements in C order under another shape. */
export function reshape<T extends ElementType>(graph: GraphBuilder, x: Value<T>, shape: Shape): Value<T> {
  if (product(shape) !== product(x.shape)) {
    graph.fail(`Reshape cannot make [${shape.join(', ')}] of [${x.shape.join(', ')}]`);
  }
  return graph.node('Reshape', [x, graph.integers(shape)], {}, x.type, shape);
}

/** Axis k of the result is axis `order[k]` of x. */
export function transpose<T extends ElementType>(
  graph: GraphBuilder,
  x: Value<T>,
  order: readonly number[],
): Value<T> {
  if (order.toSorted((a, b) => a - b).join() !== [...x.shape.keys()].join()) {
    graph.fail(`Transpose cannot put [${x.shape.join(', ')}] in the order ${order.join(', ')}`);
  }
  const attributes = { perm: { kind: 'ints', value: order } } as const;
  return graph.node(
    'Transpose',
    [x],
    attributes,
    x.type,
    order.map((axis) => x.shape[axis]!),
  );
}

/** One after another along `axis`; the other sides are equal. */
export function concatenate<T extends ElementType>(
  graph: GraphBuilder,
  parts: readonly Value<T>[],
  axis: number,
): Value<T> {
  const first = parts[0];
  if (!first) graph.fail('Concat got nothing');
  const index = axis < 0 ? axis + first.shape.length : axis;
  const others = (shape: Shape): string => shape.with(index, 1).join();
  if (
    !(index in first.shape) ||
    parts.some((part) => part.type !== first.type || others(part.shape) !== others(first.shape))
  ) {
    graph.fail(`Concat cannot join ${parts.map((part) => `[${part.shape.join(', ')}]`).join(', ')}`);
  }
  const length = parts.reduce((sum, part) => sum + part.shape[index]!, 0);
  const attributes = { axis: { kind: 'int', value: index } } as const;
  return graph.node('Concat', parts, attributes, first.type, first.shape.with(index, length));
}

/** Entries `start` (inclusive) to `end` along `axis`. */
export function slice<T extends ElementType>(
  graph: GraphBuilder,
  x: Value<T>,
  axis: number,
  start: number,
  end: number,
): Value<T> {
  if (!(axis in x.shape) || start < 0 || end > x.shape[axis]! || start >= end) {
    graph.fail(`Slice ${start} to ${end} of axis ${axis} of [${x.shape.join(', ')}]`);
  }
  const bounds = [graph.integers([start]), graph.integers([end]), graph.integers([axis])];
  return graph.node('Slice', [x, ...bounds], {}, x.type, x.shape.with(axis, end - start));
}

/**
 * Surrounds x with zeros.
 * @param before zeros in front of the first entry, one number an axis; `after` behind the last
 */
export function padWithZeros<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  before: readonly number[],
  after: readonly number[],
): Value<T> {
  if (before.length !== x.shape.length || after.length !== x.shape.length) {
    graph.fail(`Pad needs two numbers for each axis of [${x.shape.join(', ')}]`);
  }
  const shape = x.shape.map((side, axis) => before[axis]! + side + after[axis]!);
  const attributes = { mode: { kind: 'text', value: 'constant' } } as const;
  return graph.node('Pad', [x, graph.integers([...before, ...after])], attributes, x.type, shape);
}

/** Rows (entries along the first axis) of x: [...indices.shape, ...x.shape without its first side]. */
export function gatherRows<T extends ElementType>(
  graph: GraphBuilder,
  x: Value<T>,
  indices: Value<'int32' | 'int64'>,
): Value<T> {
  const attributes = { axis: { kind: 'int', value: 0 } } as const;
  return graph.node('Gather', [x, indices], attributes, x.type, [...indices.shape, ...x.shape.slice(1)]);
}

/**
 * Another height and width by bilinear interpolation that maps corner pixels onto corner pixels (PyTorch's
 * `align_corners=True`).
 * @param x [N, C, H, W]
 */
export function resizeBilinear<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  height: number,
  width: number,
): Value<T> {
  const [batch, channels] = x.shape;
  if (x.shape.length !== 4) graph.fail(`Resize needs [N, C, H, W], not [${x.shape.join(', ')}]`);
  const shape = [batch!, channels!, height, width];
  const attributes = {
    mode: { kind: 'text', value: 'linear' },
    coordinate_transformation_mode: { kind: 'text', value: 'align_corners' },
  } as const;
  return graph.node('Resize', [x, '', '', graph.integers(shape)], attributes, x.type, shape);
}

function product(shape: Shape): number {
  return shape.reduce((result, side) => result * side, 1);
}
