/**
 * LoFTR's matching layer (the authors' `coarse_matching.py`): conf = softmax over rows times softmax over
 * columns of the similarity, of which only the maxima are wanted.
 *
 * The L x S similarity goes by in chunks of rows, twice: first for the log-sum-exp of its rows and columns, then
 * for the maxima of
 *
 *     log conf / 2 = s_ij - rowLse_i / 2 - columnLse_j / 2
 *
 * A matrix that is small enough is kept between the two passes, once, which takes half the time of computing it
 * again. Of a larger one no more than a chunk ever stands in memory: with the halves appended to the features,
 * its second product is the difference at once,
 *
 *     (a_i, -rowLse_i / 2, 1) . (b_j, 1, -columnLse_j / 2).
 */
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.ts';
import { add, exponential, logarithm, multiply, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, gatherRows, reshape, slice, transpose } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { argMax, reduceMax, reduceSum, softmax } from '../../onnx/ops/reductions.ts';

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

/** How the matrix goes by. */
export interface MatrixBudget {
  /** Size that a chunk of the matrix aims at. */
  readonly chunkBytes: number;
  /** A matrix of at most this size is kept between the passes. */
  readonly keptBytes: number;
}

/**
 * @param features0 [L, C]; similarities are scale * features0 . features1
 * @param features1 [S, C]
 * @returns one vector, which `readMaxima` takes apart
 */
export function dualSoftmaxMaxima(
  graph: GraphBuilder,
  features0: Rows,
  features1: Rows,
  scale: number,
  { chunkBytes, keptBytes }: MatrixBudget,
): Value<'float32'> {
  const [count0, count1] = [features0.shape[0]!, features1.shape[0]!];
  const chunks = chunksOf(count0, count1, chunkBytes);
  const scaled0 = multiply(graph, features0, graph.scalar('float32', scale));
  const { similarities, rowLse, columnLse } = graph.scoped('logSumExp', () =>
    logSumExps(graph, chunks, scaled0, features1),
  );
  const minusHalf = graph.scalar('float32', -0.5);
  const rowShift = multiply(graph, rowLse, minusHalf);
  const columnShift = multiply(graph, columnLse, minusHalf);
  const keeps = count0 * count1 * Float32Array.BYTES_PER_ELEMENT <= keptBytes;
  const shiftedChunk = keeps
    ? ({ start, end }: Chunk, k: number) =>
        add(graph, add(graph, similarities[k]!, slice(graph, rowShift, 0, start, end)), columnShift)
    : shiftedProduct(graph, scaled0, features1, rowShift, columnShift);
  return graph.scoped('maxima', () => {
    // Indices leave the GPU as floats, looked up in a table: it cannot convert int64, and floats are exact here.
    const columnNumbers = graph.floats(
      'float32',
      [count1],
      Float32Array.from({ length: count1 }, (_, k) => k),
    );
    const parts = chunks.map((chunk, k) => {
      const rows = rowsOf(chunk);
      const halfLogConfidence = shiftedChunk(chunk, k);
      const rowBest = gatherRows(graph, columnNumbers, argMax(graph, halfLogConfidence, 1));
      // Joining the results of a chunk lets the engine, which walks back from the outputs, finish with one
      // chunk of the matrix before it begins the next.
      return concatenate(
        graph,
        [
          reshape(graph, reduceMax(graph, halfLogConfidence, 1), [rows]),
          reshape(graph, rowBest, [rows]),
          reshape(graph, reduceMax(graph, halfLogConfidence, 0), [count1]),
        ],
        0,
      );
    });
    return joinRows(graph, parts);
  });
}

/** The second product of a matrix that is not kept: [chunk rows, S] of half the logarithm of the confidence. */
function shiftedProduct(
  graph: GraphBuilder,
  scaled0: Rows,
  features1: Rows,
  rowShift: Rows,
  columnShift: Rows,
): (chunk: Chunk) => Rows {
  const [count0, count1] = [scaled0.shape[0]!, features1.shape[0]!];
  // Two columns of zeros keep the inner length a multiple of four, which GPU kernels read as vectors.
  const rows = concatenate(graph, [scaled0, rowShift, repeatRow(graph, count0, [1, 0, 0])], 1);
  const shiftColumn = reshape(graph, columnShift, [count1, 1]);
  const columns = concatenate(
    graph,
    [features1, repeatRow(graph, count1, [1]), shiftColumn, repeatRow(graph, count1, [0, 0])],
    1,
  );
  const columnsByChannel = transpose(graph, columns, [1, 0]);
  return ({ start, end }) => matMul(graph, slice(graph, rows, 0, start, end), columnsByChannel);
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

interface LogSumExps {
  /** The chunks of the similarity, for those who keep them. */
  readonly similarities: readonly Rows[];
  /** [L, 1] */
  readonly rowLse: Rows;
  /** [1, S] */
  readonly columnLse: Rows;
}

/** Logarithms of the sums of exp(a . b) over each row and over each column. */
function logSumExps(graph: GraphBuilder, chunks: readonly Chunk[], a: Rows, b: Rows): LogSumExps {
  const count1 = b.shape[0]!;
  const byChannel = transpose(graph, b, [1, 0]);
  const similarities: Rows[] = [];
  // Joined for the same reason as the maxima: a chunk is done with before the next one begins.
  const parts = chunks.map(({ start, end }) => {
    const similarity = matMul(graph, slice(graph, a, 0, start, end), byChannel);
    similarities.push(similarity);
    // The largest softmax is exp(max - lse): one fused, stable kernel instead of exp and sum.
    const largestShare = reduceMax(graph, softmax(graph, similarity), 1);
    const rowLse = subtract(graph, reduceMax(graph, similarity, 1), logarithm(graph, largestShare));
    const columnTop = reduceMax(graph, similarity, 0);
    const shares = exponential(graph, subtract(graph, similarity, columnTop));
    const ones = graph.floats('float32', [1, end - start], new Float32Array(end - start).fill(1));
    const columnSum = matMul(graph, ones, shares);
    return concatenate(
      graph,
      [
        reshape(graph, rowLse, [end - start]),
        ...[columnTop, columnSum].map((x) => reshape(graph, x, [count1])),
      ],
      0,
    );
  });
  const rowLse = joinRows(
    graph,
    parts.map((part, k) => slice(graph, part, 0, 0, rowsOf(chunks[k]!))),
  );
  const perChunk = (position: number): Rows =>
    joinRows(
      graph,
      parts.map((part, k) => {
        const from = rowsOf(chunks[k]!) + position * count1;
        return reshape(graph, slice(graph, part, 0, from, from + count1), [1, count1]);
      }),
    );
  const [columnTops, columnSums] = [perChunk(0), perChunk(1)];
  const columnTop = reduceMax(graph, columnTops, 0);
  const weights = exponential(graph, subtract(graph, columnTops, columnTop));
  const columnTotal = reduceSum(graph, multiply(graph, weights, columnSums), 0);
  return {
    similarities,
    rowLse: reshape(graph, rowLse, [a.shape[0]!, 1]),
    columnLse: add(graph, columnTop, logarithm(graph, columnTotal)),
  };
}

function rowsOf({ start, end }: Chunk): number {
  return end - start;
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
