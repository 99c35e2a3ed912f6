/**
 * Local correlation: how similar each cell of the query picture is to the cells around its match in the support
 * picture. Interpolation is linear and all offsets of a window are whole cells that share one fraction of a cell,
 * so features are multiplied first: with the whole cells under a window one larger, gathered by their index, and
 * it is the products that are interpolated.
 *
 * The other way to multiply first, with all cells of the map and sampling the result, does work for each pair of
 * cells. Milliseconds on two CPU cores, for the pictures of the published sizes:
 *
 *     stride (cells)   16 (1564)   8 (6256)   8 (15552)   4 (25024)   4 (62208)
 *     gathered               287        215         933        1027        1597
 *     all pairs              312       1059       12923           -           -
 */
import type { FloatValue, GraphBuilder, Value } from '../../onnx/graphBuilder.ts';
import { add, cast, castToIndices, clamp, floor, multiply, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, gatherRows, padWithZeros, reshape, slice, transpose } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';

/**
 * @param query [1, C, h, w]
 * @param support [1, C, h, w]
 * @param flow float32 [1, 2, h, w]: normalised position of each query cell's match
 * @param chunkBytes about the size of the gathered features that stand in memory at once
 * @returns [1, (2 radius + 1)^2, h, w]: dot products over sqrt(C), offsets in reading order; cells outside the
 *   support picture count as zero
 */
export function localCorrelation(
  graph: GraphBuilder,
  query: FloatValue,
  support: FloatValue,
  flow: Value<'float32'>,
  radius: number,
  chunkBytes: number,
): FloatValue {
  const [, channels, height, width] = query.shape as [number, number, number, number];
  const cells = height * width;
  const window = 2 * radius + 1;
  // Windows that lie outside altogether are moved to where all of them is margin.
  const margin = window + 1;
  const [x, y] = [matchAxis(graph, flow, 0, radius), matchAxis(graph, flow, 1, radius)];
  const paddedWidth = width + 2 * margin;
  const indices = windowIndices(graph, x.cell, y.cell, window + 1, paddedWidth, margin - radius);
  const features = paddedRows(graph, support, margin);
  const rows = reshape(graph, transpose(graph, query, [0, 2, 3, 1]), [cells, channels]);
  const scaled = multiply(graph, rows, graph.scalar(query.type, channels ** -0.5));

  const parts: FloatValue[] = [];
  const chunk = Math.max(1, Math.floor(chunkBytes / (4 * (window + 1) ** 2 * channels)));
  for (let start = 0; start < cells; start += chunk) {
    const end = Math.min(start + chunk, cells);
    const count = end - start;
    // Cut before they are cast: slices of integers would be the CPU's on WebGPU.
    const chunkIndices = castToIndices(graph, sliceRows(graph, indices, start, end));
    const gathered = gatherRows(graph, features, chunkIndices);
    const column = reshape(graph, sliceRows(graph, scaled, start, end), [count, channels, 1]);
    const products = reshape(graph, matMul(graph, gathered, column), [count, window + 1, window + 1]);
    const fraction = (all: Value<'float32'>): FloatValue =>
      cast(graph, reshape(graph, sliceRows(graph, all, start, end), [count, 1, 1]), query.type);
    const alongX = moveTowardsNext(graph, products, 2, fraction(x.fraction));
    const alongBoth = moveTowardsNext(graph, alongX, 1, fraction(y.fraction));
    parts.push(reshape(graph, alongBoth, [count, window ** 2]));
  }
  const all = parts.length === 1 ? parts[0]! : concatenate(graph, parts, 0);
  return reshape(graph, transpose(graph, all, [1, 0]), [1, window ** 2, height, width]);
}

/** Along x (0) or y (1): the cell at or before each match and the fraction beyond it, [P, 1] each. */
function matchAxis(
  graph: GraphBuilder,
  flow: Value<'float32'>,
  axis: 0 | 1,
  radius: number,
): { cell: Value<'float32'>; fraction: Value<'float32'> } {
  const [, , height, width] = flow.shape as [number, number, number, number];
  const length = axis === 0 ? width : height;
  const normalised = reshape(graph, slice(graph, flow, 1, axis, axis + 1), [height * width, 1]);
  const position = add(
    graph,
    multiply(graph, normalised, graph.scalar('float32', length / 2)),
    graph.scalar('float32', (length - 1) / 2),
  );
  const kept = clamp(graph, position, -(radius + 2), length + radius);
  const cell = floor(graph, kept);
  return { cell, fraction: subtract(graph, kept, cell) };
}

/**
 * Rows of the padded map under each window of `side` cells, in reading order: [P, side^2], whole numbers.
 * @param shift from a match's cell to the first cell of its window in the padded map, along either axis
 */
function windowIndices(
  graph: GraphBuilder,
  x: Value<'float32'>,
  y: Value<'float32'>,
  side: number,
  paddedWidth: number,
  shift: number,
): Value<'float32'> {
  const cell = add(graph, multiply(graph, y, graph.scalar('float32', paddedWidth)), x);
  const offsets = Float32Array.from(
    { length: side ** 2 },
    (_, k) => (Math.floor(k / side) + shift) * paddedWidth + (k % side) + shift,
  );
  // Whole numbers up to 2^24 are exact in float32: maps of sixteen million cells.
  return add(graph, cell, graph.floats('float32', [1, side ** 2], offsets));
}

/** One row a cell, with a margin of zeros around the map. */
function paddedRows(graph: GraphBuilder, map: FloatValue, margin: number): FloatValue {
  const [, channels, height, width] = map.shape as [number, number, number, number];
  const margins = [0, margin, margin, 0];
  const padded = padWithZeros(graph, transpose(graph, map, [0, 2, 3, 1]), margins, margins);
  return reshape(graph, padded, [(height + 2 * margin) * (width + 2 * margin), channels]);
}

/** Each entry but the last along an axis, moved towards the next one by `fraction`. */
function moveTowardsNext(graph: GraphBuilder, x: FloatValue, axis: number, fraction: FloatValue): FloatValue {
  const count = x.shape[axis]! - 1;
  const near = slice(graph, x, axis, 0, count);
  const far = slice(graph, x, axis, 1, count + 1);
  return add(graph, near, multiply(graph, subtract(graph, far, near), fraction));
}

function sliceRows<T extends Value>(graph: GraphBuilder, x: T, start: number, end: number): T {
  // The slice has the type of what it is cut from.
  return start === 0 && end === x.shape[0] ? x : (slice(graph, x, 0, start, end) as T);
}
