/**
 * Local correlation: how similar each cell of the query picture is to the cells around its match in the support
 * picture. All offsets of a window are whole cells, so they share one fraction of a cell: it is enough to
 * correlate with whole cells under a window one larger and to interpolate the result, instead of interpolating
 * features at each offset.
 *
 * Two ways lead there. Correlating with all cells of the map and sampling the result costs P operations a channel
 * and cell; gathering the features under each window moves (K + 1)^2 numbers a channel and cell. What is cheaper
 * depends on how large the window is in the map.
 */
import type { FloatValue, GraphBuilder, Value } from '../../onnx/graphBuilder.ts';
import { add, cast, castToIndices, clamp, floor, multiply, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, gatherRows, padWithZeros, reshape, slice, transpose } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { gridSample } from '../../onnx/ops/sampling.ts';

/**
 * Map cells a gathered cell up to which correlating with all of them is cheaper: arithmetic is that much cheaper
 * than memory. Measured on two CPU cores (see the table) and estimated for GPUs from their balance.
 * CORR-NOTE
 */
const mostCellsPerGathered = 32;

/**
 * @param query [1, C, h, w]
 * @param support [1, C, h, w]
 * @param flow float32 [1, 2, h, w]: normalised position of each query cell's match
 * @param chunkBytes no tensor on the way is much larger
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
  const window = 2 * radius + 1;
  const cells = height * width;
  const rows = reshape(graph, transpose(graph, query, [0, 2, 3, 1]), [cells, channels]);
  const scaled = multiply(graph, rows, graph.scalar(query.type, channels ** -0.5));
  // Cell coordinates of the matches: [P, 2].
  const positions = multiply(
    graph,
    subtract(
      graph,
      reshape(graph, transpose(graph, flow, [0, 2, 3, 1]), [cells, 2]),
      graph.floats('float32', [2], Float32Array.of(1 / width - 1, 1 / height - 1)),
    ),
    graph.floats('float32', [2], Float32Array.of(width / 2, height / 2)),
  );
  const multiplyFirst = cells <= mostCellsPerGathered * (window + 1) ** 2;
  const correlate = multiplyFirst
    ? correlateWithAll(graph, support, flow, radius)
    : correlateGathered(graph, support, positions, radius);
  const bytesPerCell = 4 * (multiplyFirst ? cells : (window + 1) ** 2 * channels);
  const chunk = Math.max(1, Math.floor(chunkBytes / bytesPerCell));
  const parts: FloatValue[] = [];
  for (let start = 0; start < cells; start += chunk) {
    parts.push(correlate(scaled, start, Math.min(start + chunk, cells)));
  }
  const all = parts.length === 1 ? parts[0]! : concatenate(graph, parts, 0);
  return reshape(graph, transpose(graph, all, [1, 0]), [1, window ** 2, height, width]);
}

/** Correlations [end - start, K^2] of the query cells from `start` on. */
type Correlate = (scaled: FloatValue, start: number, end: number) => FloatValue;

function correlateWithAll(
  graph: GraphBuilder,
  support: FloatValue,
  flow: Value<'float32'>,
  radius: number,
): Correlate {
  const [, channels, height, width] = support.shape as [number, number, number, number];
  const cells = height * width;
  const window = 2 * radius + 1;
  const columns = reshape(graph, support, [channels, cells]);
  const centres = reshape(graph, transpose(graph, flow, [0, 2, 3, 1]), [cells, 1, 1, 2]);
  const offsets = new Float32Array(window ** 2 * 2);
  for (let k = 0; k < window ** 2; k++) {
    offsets[2 * k] = (2 * ((k % window) - radius)) / width;
    offsets[2 * k + 1] = (2 * (Math.floor(k / window) - radius)) / height;
  }
  const windowOffsets = graph.floats('float32', [1, window, window, 2], offsets);
  return (scaled, start, end) => {
    const count = end - start;
    const products = matMul(graph, sliceRows(graph, scaled, start, end), columns);
    const maps = reshape(graph, cast(graph, products, 'float32'), [count, 1, height, width]);
    const grid = add(graph, sliceRows(graph, centres, start, end), windowOffsets);
    return cast(graph, reshape(graph, gridSample(graph, maps, grid), [count, window ** 2]), scaled.type);
  };
}

function correlateGathered(
  graph: GraphBuilder,
  support: FloatValue,
  positions: Value<'float32'>,
  radius: number,
): Correlate {
  const [, channels, height, width] = support.shape as [number, number, number, number];
  const window = 2 * radius + 1;
  // Windows that lie outside altogether are moved to where all of them is margin.
  const margin = window + 1;
  const margins = [0, margin, margin, 0];
  const paddedWidth = width + 2 * margin;
  const padded = reshape(
    graph,
    padWithZeros(graph, transpose(graph, support, [0, 2, 3, 1]), margins, margins),
    [(height + 2 * margin) * paddedWidth, channels],
  );
  const axis = (k: 0 | 1, length: number): { index: Value<'float32'>; fraction: Value<'float32'> } => {
    const position = clamp(graph, slice(graph, positions, 1, k, k + 1), -(radius + 2), length + radius);
    const index = floor(graph, position);
    return { index, fraction: subtract(graph, position, index) };
  };
  const [x, y] = [axis(0, width), axis(1, height)];
  // Row of the padded map under the first cell of each window.
  const corner = add(
    graph,
    add(
      graph,
      multiply(graph, y.index, graph.scalar('float32', paddedWidth)),
      graph.scalar('float32', (margin - radius) * (paddedWidth + 1)),
    ),
    x.index,
  );
  const offsets = Float32Array.from(
    { length: (window + 1) ** 2 },
    (_, k) => Math.floor(k / (window + 1)) * paddedWidth + (k % (window + 1)),
  );
  const gathered = add(graph, corner, graph.floats('float32', [1, (window + 1) ** 2], offsets));
  const indices = castToIndices(graph, gathered);
  return (scaled, start, end) => {
    const count = end - start;
    const features = gatherRows(graph, padded, sliceRows(graph, indices, start, end));
    const query = reshape(graph, sliceRows(graph, scaled, start, end), [count, channels, 1]);
    const products = reshape(graph, matMul(graph, features, query), [count, window + 1, window + 1]);
    const fraction = ({ fraction: all }: typeof x): FloatValue =>
      cast(graph, reshape(graph, sliceRows(graph, all, start, end), [count, 1, 1]), scaled.type);
    const alongX = blend(graph, products, 2, window, fraction(x));
    return reshape(graph, blend(graph, alongX, 1, window, fraction(y)), [count, window ** 2]);
  };
}

/** Each of `count` entries along an axis moved towards the next by `fraction`. */
function blend(
  graph: GraphBuilder,
  x: FloatValue,
  axis: number,
  count: number,
  fraction: FloatValue,
): FloatValue {
  const near = slice(graph, x, axis, 0, count);
  const far = slice(graph, x, axis, 1, count + 1);
  return add(graph, near, multiply(graph, subtract(graph, far, near), fraction));
}

function sliceRows<T extends Value>(graph: GraphBuilder, x: T, start: number, end: number): T {
  return start === 0 && end === x.shape[0] ? x : (slice(graph, x, 0, start, end) as T);
}
