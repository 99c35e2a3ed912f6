/**
 * LoFTR's matching layer (the authors' `coarse_matching.py`): conf = softmax over rows times softmax over
 * columns of the similarity, of which only the maxima are wanted. The L x S matrix never stands in memory: it
 * is computed three times in chunks of rows, which costs less than keeping it would.
 *
 * With half of each log-sum-exp appended to the features, the third product is half of log conf at once:
 *
 *     (a_i, -rowLse_i / 2, 1) . (b_j, 1, -columnLse_j / 2) = s_ij - rowLse_i / 2 - columnLse_j / 2
 */
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.ts';
import { logarithm, multiply, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, gatherRows, reshape, slice, transpose } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { argMax, reduceMax, softmax } from '../../onnx/ops/reductions.ts';

type Rows = Value<'float32'>;

/** Maxima over all rows and over all columns. */
export interface ConfidenceMaxima {
  /** Half the logarithm of the largest confidence of each row. */
  readonly rowMax: Float32Array;
  /** The column where it stands. */
  readonly rowBest: Int32Array;
  /** Half the logarithm of the largest confidence of each column: to the bit the same numbers as the rows'. */
  readonly columnMax: Float32Array;
}

/** Beyond this many chunks a graph takes longer to prepare than smaller chunks save. */
const chunksAtMost = 64;

/**
 * @param features0 [L, C]; similarities are scale * features0 . features1
 * @param features1 [S, C]
 * @param chunkBytes size that a chunk of the matrix aims at
 * @returns one vector, which `readMaxima` takes apart
 */
export function dualSoftmaxMaxima(
  graph: GraphBuilder,
  features0: Rows,
  features1: Rows,
  scale: number,
  chunkBytes: number,
): Value<'float32'> {
  const [count0, count1] = [features0.shape[0]!, features1.shape[0]!];
  const scaled0 = multiply(graph, features0, graph.scalar('float32', scale));
  const rowLse = graph.scoped('rowLogSumExp', () => logSumExp(graph, scaled0, features1, chunkBytes));
  const columnLse = graph.scoped('columnLogSumExp', () => logSumExp(graph, features1, scaled0, chunkBytes));
  const minusHalf = graph.scalar('float32', -0.5);
  const rowShift = multiply(graph, rowLse, minusHalf);
  const columnShift = multiply(graph, columnLse, minusHalf);
  // Two columns of zeros keep the inner length a multiple of four, which GPU kernels read as vectors.
  const rows = concatenate(graph, [scaled0, rowShift, repeatRow(graph, count0, [1, 0, 0])], 1);
  const columns = concatenate(
    graph,
    [features1, repeatRow(graph, count1, [1]), columnShift, repeatRow(graph, count1, [0, 0])],
    1,
  );
  return graph.scoped('maxima', () => {
    const columnsByChannel = transpose(graph, columns, [1, 0]);
    // Indices leave the GPU as floats, looked up in a table: it cannot convert int64, and floats are exact here.
    const columnNumbers = graph.floats(
      'float32',
      [count1],
      Float32Array.from({ length: count1 }, (_, k) => k),
    );
    const parts = chunksOf(count0, count1, chunkBytes).map(({ start, end }) => {
      const halfLogConfidence = matMul(graph, slice(graph, rows, 0, start, end), columnsByChannel);
      const rowBest = gatherRows(graph, columnNumbers, argMax(graph, halfLogConfidence, 1));
      // Joining the results of a chunk lets the engine, which walks back from the outputs, finish with one
      // chunk of the matrix before it begins the next.
      return concatenate(
        graph,
        [
          reshape(graph, reduceMax(graph, halfLogConfidence, 1), [end - start]),
          reshape(graph, rowBest, [end - start]),
          reshape(graph, reduceMax(graph, halfLogConfidence, 0), [count1]),
        ],
        0,
      );
    });
    return joinRows(graph, parts);
  });
}

/**
 * @param joined the values of what `dualSoftmaxMaxima` returns
 * @param count0 L
 * @param count1 S
 */
export function readMaxima(
  joined: Float32Array,
  count0: number,
  count1: number,
  chunkBytes: number,
): ConfidenceMaxima {
  const rowMax = new Float32Array(count0);
  const rowBest = new Int32Array(count0);
  const columnMax = new Float32Array(count1).fill(Number.NEGATIVE_INFINITY);
  let offset = 0;
  const take = (length: number): Float32Array => {
    offset += length;
    return joined.subarray(offset - length, offset);
  };
  for (const { start, end } of chunksOf(count0, count1, chunkBytes)) {
    rowMax.set(take(end - start), start);
    rowBest.set(take(end - start), start);
    for (const [column, value] of take(count1).entries()) {
      if (value > columnMax[column]!) columnMax[column] = value;
    }
  }
  return { rowMax, rowBest, columnMax };
}

/** log(sum over j of exp(a_i . b_j)) for each row i of a: [L, 1]. */
function logSumExp(graph: GraphBuilder, a: Rows, b: Rows, chunkBytes: number): Rows {
  const byChannel = transpose(graph, b, [1, 0]);
  const parts = chunksOf(a.shape[0]!, b.shape[0]!, chunkBytes).map(({ start, end }) => {
    const similarity = matMul(graph, slice(graph, a, 0, start, end), byChannel);
    // The largest softmax is exp(max - lse): one fused, stable kernel instead of exp and sum.
    const largestShare = reduceMax(graph, softmax(graph, similarity), 1);
    return subtract(graph, reduceMax(graph, similarity, 1), logarithm(graph, largestShare));
  });
  return joinRows(graph, parts);
}

interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Ranges of rows of a `rows` x `columns` matrix of float32, each of about `chunkBytes`. */
function chunksOf(rows: number, columns: number, chunkBytes: number): Chunk[] {
  const fitting = Math.floor(chunkBytes / (columns * Float32Array.BYTES_PER_ELEMENT));
  const chunkRows = Math.max(fitting, Math.ceil(rows / chunksAtMost));
  return Array.from({ length: Math.ceil(rows / chunkRows) }, (_, k) => ({
    start: k * chunkRows,
    end: Math.min((k + 1) * chunkRows, rows),
  }));
}

function joinRows(graph: GraphBuilder, parts: readonly Rows[]): Rows {
  return parts.length === 1 ? parts[0]! : concatenate(graph, parts, 0);
}

/** A constant [count, row.length] of equal rows. */
function repeatRow(graph: GraphBuilder, count: number, row: readonly number[]): Rows {
  const values = Float32Array.from({ length: count * row.length }, (_, k) => row[k % row.length]!);
  return graph.floats('float32', [count, row.length], values);
}
