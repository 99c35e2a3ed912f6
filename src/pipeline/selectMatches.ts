/**
 * Which of a pair's matches the settings keep. Matches come by falling confidence, so what is kept is a
 * prefix: a pair of sliders costs a binary search, not a copy.
 */
import type { Points } from '../geometry/coordinates.ts';
import type { PairMatches } from './pairMatches.ts';

export interface MatchSelection {
  /** Less confident matches are left out. */
  readonly minimumConfidence: number;
  /** At most this many are kept, the most confident first; `Infinity` keeps all. */
  readonly maximumMatches: number;
}

/**
 * How many leading matches are at least this confident.
 *
 * @param confidence falling
 */
export function countConfident(confidence: Float32Array, minimumConfidence: number): number {
  // The column holds single precision: a minimum of 0.2 must not lose a confidence stored from 0.2.
  const least = Math.fround(minimumConfidence);
  let low = 0;
  let high = confidence.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (confidence[middle]! >= least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How many leading matches are kept.
 *
 * @param confidence falling
 */
export function countSelected(
  confidence: Float32Array,
  { minimumConfidence, maximumMatches }: MatchSelection,
): number {
  return Math.min(countConfident(confidence, minimumConfidence), Math.max(0, Math.floor(maximumMatches)));
}

/** The kept matches; the columns are views of the given ones. */
export function selectMatches(matches: PairMatches, selection: MatchSelection): PairMatches {
  const count = countSelected(matches.confidence, selection);
  return {
    ...matches,
    keypoints0: matches.keypoints0.subarray(0, 2 * count) as Points<'photo'>,
    keypoints1: matches.keypoints1.subarray(0, 2 * count) as Points<'photo'>,
    confidence: matches.confidence.subarray(0, count),
    view: matches.view.subarray(0, count),
    support: matches.support.subarray(0, count),
    ...(matches.refined && { refined: matches.refined.subarray(0, count) }),
    ...(matches.propagated && { propagated: matches.propagated.subarray(0, count) }),
  };
}
