/**
 * Agreement counted in observations that do not depend on one another. A matcher's wrong matches move along with their
 * neighbours, in patches, so that a model which meets one of a patch meets most of it; the chance test
 * (`chanceSupport.ts`) takes every match for a draw of its own. So all matches that fall into the same cells of both
 * photos have one vote between them, split evenly.
 */

import { sampsonDistance } from '../../geometry/epipolar.ts';
import type { EstimationSettings } from '../estimator.ts';
import { chanceOfLine, logFalseAlarms, measureChance, type SampleKind } from './chanceSupport.ts';

/**
 * Of the longer side of what the matches cover in its photo. Over a compact matcher's matches, of seven pairs with 2 %
 * right ones none passes with this width (six seeds each) and two of them with a sixteenth; wider cells lose more of
 * the geometries that are right but rare: of drawn pairs (training/pairs) this one refuses 3 % of the right poses, a tenth 6 %.
 */
const cellWidth = 1 / 14;

/**
 * Of the expected number of models with as much support by chance, decimal. Patches may be wider than a cell: the seven
 * pairs come down to -5.6 (both epipolar models, six seeds each), while of fifty made sets of 2000 matches, 95 % wrong,
 * those found come up to -7.6. Homographies of 24 pairs of photos that share nothing come down to -4.3 (compact LoFTR,
 * two views, three seeds), while those of 23 drawn flat pairs come up to -56.
 */
export const mostFalseAlarms = -6.5;

/**
 * Decimal. The search tries a model for every sample it draws, far fewer than there are samples of thousands of
 * matches, and then moves the promising ones in as many directions as a sample has matches. Independent wrong matches
 * gain less by a move than the best of ten models each way would.
 */
const testsByDirection = 1.5;

interface IndependentSupport {
  /** Cells with matches. */
  readonly votes: number;
  /** Sum of the shares of their matches that agree, rounded down. */
  readonly agreeing: number;
}

/**
 * Whether more independent matches agree with a fundamental matrix than chance gives.
 *
 * @param matrix between photo pixels
 * @param indices the distinct matches
 * @param inliers 1 for every match that agrees
 * @param settings of the search that found the matrix
 */
export function isIndependentlyMoreThanChance(
  matrix: readonly number[],
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  indices: Int32Array,
  inliers: Uint8Array,
  { thresholdPx, maxIterations }: Pick<EstimationSettings, 'thresholdPx' | 'maxIterations'>,
  kind: SampleKind,
): boolean {
  const chance = Math.max(
    chanceOfLine(keypoints0, keypoints1, indices, thresholdPx),
    measureChance(indices, (index0, index1) => {
      const [x0, y0] = [keypoints0[2 * index0]!, keypoints0[2 * index0 + 1]!];
      const [x1, y1] = [keypoints1[2 * index1]!, keypoints1[2 * index1 + 1]!];
      return sampsonDistance(matrix, x0, y0, x1, y1) <= thresholdPx;
    }),
  );
  const support = countIndependent(keypoints0, keypoints1, indices, inliers);
  return logIndependentFalseAlarms(indices.length, support, chance, maxIterations, kind) < mostFalseAlarms;
}

/**
 * Decimal logarithm of the expected number of models with as much independent support among wrong matches.
 *
 * @param matchCount the distinct matches
 * @param chance share of wrong matches that agree with the model
 * @param maxIterations of the search that found it
 */
export function logIndependentFalseAlarms(
  matchCount: number,
  { votes, agreeing }: IndependentSupport,
  chance: number,
  maxIterations: number,
  kind: SampleKind,
): number {
  const { sampleSize, mostModels } = kind;
  // Nothing contradicts a minimal sample, wherever it lies.
  if (matchCount === sampleSize) return Number.NEGATIVE_INFINITY;
  if (agreeing < sampleSize || votes === sampleSize) return Number.POSITIVE_INFINITY;
  const mostTests = Math.log10(maxIterations * mostModels) + testsByDirection * sampleSize;
  return logFalseAlarms(votes, agreeing, chance, kind, mostTests);
}

/**
 * @param indices the distinct matches
 * @param inliers 1 for every match that agrees
 */
export function countIndependent(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  indices: Int32Array,
  inliers: Uint8Array,
): IndependentSupport {
  const [columns0, columns1] = [cellsOf(keypoints0, indices), cellsOf(keypoints1, indices)];
  const cells = new Map<number, { matches: number; agreeing: number }>();
  indices.forEach((index, k) => {
    const key = columns0[k]! * 65_536 + columns1[k]!;
    const cell = cells.get(key) ?? { matches: 0, agreeing: 0 };
    cell.matches++;
    cell.agreeing += inliers[index]!;
    cells.set(key, cell);
  });
  let agreeing = 0;
  for (const cell of cells.values()) agreeing += cell.agreeing / cell.matches;
  return { votes: cells.size, agreeing: Math.floor(agreeing + 1e-9) };
}

/** The number of the cell of every point. */
function cellsOf(points: Float32Array, indices: Int32Array): Int32Array {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const index of indices) {
    left = Math.min(left, points[2 * index]!);
    right = Math.max(right, points[2 * index]!);
    top = Math.min(top, points[2 * index + 1]!);
    bottom = Math.max(bottom, points[2 * index + 1]!);
  }
  const size = cellWidth * Math.max(right - left, bottom - top);
  return Int32Array.from(indices, (index) => {
    const column = Math.floor((points[2 * index]! - left) / size);
    const row = Math.floor((points[2 * index + 1]! - top) / size);
    return 256 * row + column;
  });
}
