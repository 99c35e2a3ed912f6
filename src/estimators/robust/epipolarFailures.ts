/** What keeps an epipolar geometry from being found, as values with one sentence for a person. */
import { formatCount } from '../../reporting/formatCount.ts';
import type { EstimationFailure, EstimationSettings, EstimationSuccess } from '../estimator.ts';
import type { SampleKind } from './chanceSupport.ts';
import { describeCount } from './checkRequest.ts';
import { isIndependentlyMoreThanChance } from './independentSupport.ts';
import { liesOnLine } from './spread.ts';

interface ModelInWords {
  /** Such as "A fundamental matrix". */
  readonly name: string;
  readonly minimumMatches: number;
  /** The least number in words. */
  readonly minimumInWords: string;
}

export function tooFewMatches(
  settings: EstimationSettings,
  count: number,
  { name, minimumInWords }: ModelInWords,
): EstimationFailure {
  return {
    ok: false,
    settings,
    reason: 'too-few-matches',
    message: `${name} needs ${minimumInWords} matches and there are ${describeCount(count)}: lower the minimum confidence or choose other photos.`,
  };
}

/** Matches that repeat a few places, or lie on one line of a photo, leave the geometry open. */
export function findPoorSpread(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  indices: Int32Array,
  settings: EstimationSettings,
  { name, minimumMatches, minimumInWords }: ModelInWords,
): EstimationFailure | null {
  const fail = (message: string): EstimationFailure => ({
    ok: false,
    settings,
    reason: 'degenerate',
    message,
  });
  if (indices.length < minimumMatches) {
    const places = indices.length === 1 ? 'one place' : `only ${indices.length} places`;
    return fail(
      `The matches share ${places} and ${name.toLowerCase()} needs ${minimumInWords}: choose photos with more in common.`,
    );
  }
  for (const [photo, points] of [
    ['first', keypoints0],
    ['second', keypoints1],
  ] as const) {
    if (liesOnLine(points, indices, 0)) {
      return fail(
        `The matches lie on one line or spot of the ${photo} photo, which leaves ${name.toLowerCase()} open: choose photos that share an area.`,
      );
    }
  }
  return null;
}

/**
 * Support that proves nothing.
 *
 * @param matrix fundamental matrix between photo pixels, as the search found it
 * @param agreement of the matches with it
 */
export function findMereChance(
  matrix: readonly number[],
  agreement: Pick<EstimationSuccess, 'inliers' | 'inlierCount'>,
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  indices: Int32Array,
  settings: EstimationSettings,
  kind: SampleKind,
): EstimationFailure | null {
  const { inliers, inlierCount } = agreement;
  return isIndependentlyMoreThanChance(matrix, keypoints0, keypoints1, indices, inliers, settings, kind)
    ? null
    : nothingBeyondChance(settings, keypoints0.length / 2, inlierCount);
}

export function nothingBeyondChance(
  settings: EstimationSettings,
  count: number,
  inlierCount: number,
): EstimationFailure {
  return {
    ok: false,
    settings,
    reason: 'no-model',
    message: `At most ${formatCount(inlierCount)} of ${formatCount(count)} matches agree on one epipolar geometry, no more than chance gives: raise the threshold or the iterations, or choose photos of one scene.`,
  };
}
