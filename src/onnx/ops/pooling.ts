/** Reductions of a map over windows or over all of it. */
import type { FloatType, GraphBuilder, Value } from '../graphBuilder.ts';

/**
 * The largest value under a 3 x 3 window that moves by 2; nothing outside the map counts.
 * @param x [N, C, H, W]
 * @returns [N, C, ceil(H / 2), ceil(W / 2)]
 */
export function maxPoolByTwo<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  const [batch, channels, height, width] = x.shape;
  if (x.shape.length !== 4) graph.fail(`MaxPool needs [N, C, H, W], not [${x.shape.join(', ')}]`);
  const attributes = {
    kernel_shape: { kind: 'ints', value: [3, 3] },
    strides: { kind: 'ints', value: [2, 2] },
    pads: { kind: 'ints', value: [1, 1, 1, 1] },
  } as const;
  const shape = [batch!, channels!, Math.ceil(height! / 2), Math.ceil(width! / 2)];
  return graph.node('MaxPool', [x], attributes, x.type, shape);
}

/**
 * The mean of each channel.
 * @param x [N, C, H, W]
 * @returns [N, C, 1, 1]
 */
export function globalAveragePool<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  if (x.shape.length !== 4) graph.fail(`GlobalAveragePool needs [N, C, H, W], not [${x.shape.join(', ')}]`);
  return graph.node('GlobalAveragePool', [x], {}, x.type, [x.shape[0]!, x.shape[1]!, 1, 1]);
}
