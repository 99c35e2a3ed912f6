/** Mutual nearest neighbours among coarse cells, from the maxima of their confidence matrix. */
import type { ConfidenceMaxima } from './dualSoftmax.ts';

export interface CoarseMatches {
  /** Indices of cells in reading order, ascending. */
  readonly cells0: Int32Array;
  readonly cells1: Int32Array;
  readonly confidence: Float32Array;
}

/**
 * A row and its best column are each other's best exactly if their maxima are equal: both were taken from the
 * very same numbers.
 * @param confidenceAbove matches at or below it are left out
 */
export function mutualMatches(maxima: ConfidenceMaxima, confidenceAbove: number): CoarseMatches {
  const { rowMax, rowBest, columnMax } = maxima;
  const rows: number[] = [];
  for (let row = 0; row < rowMax.length; row++) {
    const isMutual = rowMax[row] === columnMax[rowBest[row]!];
    if (isMutual && toConfidence(rowMax[row]!) > confidenceAbove) rows.push(row);
  }
  return {
    cells0: Int32Array.from(rows),
    cells1: Int32Array.from(rows, (row) => rowBest[row]!),
    confidence: Float32Array.from(rows, (row) => toConfidence(rowMax[row]!)),
  };
}

function toConfidence(halfLogConfidence: number): number {
  return Math.exp(2 * halfLogConfidence);
}
