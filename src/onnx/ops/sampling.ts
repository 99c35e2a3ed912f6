/** Operators that read a map between its pixels. Positions and sizes follow PyTorch's `align_corners=False`. */
import type { FloatType, GraphBuilder, Value } from '../graphBuilder.ts';

/**
 * Bilinear samples of x; what lies outside is zero.
 * @param x [N, C, H, W]
 * @param grid [N, P, Q, 2]: x and y of each sample, -1 and 1 at the outer edges of the outermost pixels
 * @returns [N, C, P, Q]
 */
export function gridSample<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  grid: Value<T>,
  outside: 'zeros' | 'border' = 'zeros',
): Value<T> {
  const shapes = `[${x.shape.join(', ')}] at [${grid.shape.join(', ')}]`;
  if (x.type !== grid.type) graph.fail(`GridSample mixes ${x.type} with ${grid.type}`);
  if (x.shape.length !== 4 || grid.shape.length !== 4 || grid.shape[3] !== 2) {
    graph.fail(`GridSample cannot read ${shapes}`);
  }
  if (x.shape[0] !== grid.shape[0]) graph.fail(`GridSample got different batches: ${shapes}`);
  const attributes = {
    mode: { kind: 'text', value: 'bilinear' },
    padding_mode: { kind: 'text', value: outside },
    align_corners: { kind: 'int', value: 0 },
  } as const;
  const shape = [x.shape[0]!, x.shape[1]!, grid.shape[1]!, grid.shape[2]!];
  return graph.node('GridSample', [x, grid], attributes, x.type, shape);
}

/**
 * Another height and width by bilinear interpolation between pixel centres, without antialiasing. Adds nothing
 * where x already has that size.
 * @param x [N, C, H, W]
 */
export function resizeHalfPixel<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  height: number,
  width: number,
): Value<T> {
  const [batch, channels] = x.shape;
  if (x.shape.length !== 4) graph.fail(`Resize needs [N, C, H, W], not [${x.shape.join(', ')}]`);
  if (x.shape[2] === height && x.shape[3] === width) return x;
  const shape = [batch!, channels!, height, width];
  const attributes = {
    mode: { kind: 'text', value: 'linear' },
    coordinate_transformation_mode: { kind: 'text', value: 'half_pixel' },
  } as const;
  return graph.node('Resize', [x, '', '', graph.integers(shape)], attributes, x.type, shape);
}
