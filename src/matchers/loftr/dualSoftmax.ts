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
import { concatenate, slice, transpose } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { argMax, reduceMax, softmax } from '../../onnx/ops/reductions.ts';

type Rows = Value<'float32'>;

export interface ConfidenceMaxima {
  /** [L, 1]: half the logarithm of the largest confidence of each row. */
  readonly rowMax: Value<'float32'>;
  /** [L, 1]: the column where it stands. */
  readonly rowBest: Value<'int64'>;
  /** [1, S]: half the logarithm of the largest confidence of each column, to the bit the same numbers. */
  readonly columnMax: Value<'float32'>;
}

/** Beyond this many chunks a graph takes longer to prepare than smaller chunks save. */
const chunksAtMost = 64;

/**
 * @param features0 [L, C]; similarities are scale * features0 . features1
 * @param features1 [S, C]
 * @param chunkBytes size that a chunk of the matrix aims at
 */
export function dualSoftmaxMaxima(
  graph: GraphBuilder,
  features0: Rows,
  features1: Rows,
  scale: number,
  chunkBytes: number,
): ConfidenceMaxima {
  const scaled0 = multiply(graph, features0, graph.scalar('float32', scale));
  const rowLse = graph.scoped('rowLogSumExp', () => logSumExp(graph, scaled0, features1, chunkBytes));
  const columnLse = graph.scoped('columnLogSumExp', () => logSumExp(graph, features1, scaled0, chunkBytes));
  const minusHalf = graph.scalar('float32', -0.5);
  const rowShift = multiply(graph, rowLse, minusHalf);
  const columnShift = multiply(graph, columnLse, minusHalf);
  // Two columns of zeros keep the inner length a multiple of four, which GPU kernels read as vectors.
  const rows = concatenate(graph, [scaled0, rowShift, repeatRow(graph, scaled0, [1, 0, 0])], 1);
  const columns = concatenate(
    graph,
    [features1, repeatRow(graph, features1, [1]), columnShift, repeatRow(graph, features1, [0, 0])],
    1,
  );
  return graph.scoped('maxima', () => {
    const columnsByChannel = transpose(graph, columns, [1, 0]);
    const rowMaxima: Rows[] = [];
    const rowBests: Value<'int64'>[] = [];
    const columnMaxima: Rows[] = [];
    for (const chunk of chunksOfRows(graph, rows, columns, chunkBytes)) {
      const halfLogConfidence = matMul(graph, chunk, columnsByChannel);
      rowMaxima.push(reduceMax(graph, halfLogConfidence, 1));
      rowBests.push(argMax(graph, halfLogConfidence, 1));
      columnMaxima.push(reduceMax(graph, halfLogConfidence, 0));
    }
    return {
      rowMax: joinRows(graph, rowMaxima),
      rowBest: joinRows(graph, rowBests),
      columnMax: reduceMax(graph, joinRows(graph, columnMaxima), 0),
    };
  });
}

/** log(sum over j of exp(a_i . b_j)) for each row i of a: [L, 1]. */
function logSumExp(graph: GraphBuilder, a: Rows, b: Rows, chunkBytes: number): Rows {
  const byChannel = transpose(graph, b, [1, 0]);
  const parts = [...chunksOfRows(graph, a, b, chunkBytes)].map((chunk) => {
    const similarity = matMul(graph, chunk, byChannel);
    // The largest softmax is exp(max - lse): one fused, stable kernel instead of exp and sum.
    const largestShare = reduceMax(graph, softmax(graph, similarity), 1);
    return subtract(graph, reduceMax(graph, similarity, 1), logarithm(graph, largestShare));
  });
  return joinRows(graph, parts);
}

/** Slices of `a` whose products with all rows of `b` have about `chunkBytes`. */
function* chunksOfRows(graph: GraphBuilder, a: Rows, b: Rows, chunkBytes: number): Generator<Rows> {
  const count = a.shape[0]!;
  const fitting = Math.floor(chunkBytes / (b.shape[0]! * Float32Array.BYTES_PER_ELEMENT));
  const chunkRows = Math.max(fitting, Math.ceil(count / chunksAtMost));
  for (let start = 0; start < count; start += chunkRows) {
    yield slice(graph, a, 0, start, Math.min(start + chunkRows, count));
  }
}

function joinRows<T extends 'float32' | 'int64'>(graph: GraphBuilder, parts: readonly Value<T>[]): Value<T> {
  return parts.length === 1 ? parts[0]! : concatenate(graph, parts, 0);
}

/** A constant with `row` once for each row of `like`. */
function repeatRow(graph: GraphBuilder, like: Rows, row: readonly number[]): Rows {
  const count = like.shape[0]!;
  const values = Float32Array.from({ length: count * row.length }, (_, k) => row[k % row.length]!);
  return graph.floats('float32', [count, row.length], values);
}
