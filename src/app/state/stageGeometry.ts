/** The geometry of the current result as the stage draws it. */

import type { EstimationSuccess } from '../../estimators/estimator.ts';
import { fundamentalOf } from '../../estimators/fundamentalOf.ts';
import type { Points } from '../../geometry/coordinates.ts';
import { apply3 } from '../../geometry/matrix3.ts';
import type { StageGeometry } from '../../stage/stageData.ts';
import type { AppState } from './appState.ts';
import { inlierColumn } from './countMatches.ts';
import { remember } from './remember.ts';
import { currentEstimate, currentResult } from './selectResult.ts';

/** Null while there is none. */
export function stageGeometry(state: AppState): StageGeometry | null {
  const estimation = currentEstimate(state)?.estimation;
  const inliers = inlierColumn(state);
  if (!estimation?.ok || !inliers) return null;
  return describe(estimation, inliers, currentResult(state)!.matches.keypoints0);
}

const describe = remember(
  (estimation: EstimationSuccess, inliers: Uint8Array, keypoints0: Points<'photo'>): StageGeometry => {
    // Matches that were not confident enough to be estimated from have none.
    const residualsPx = new Float32Array(inliers.length).fill(Number.NaN);
    residualsPx.set(estimation.residualsPx);
    const fundamental = fundamentalOf(estimation);
    return {
      relation: fundamental
        ? { kind: 'epipolar', fundamental }
        : { kind: 'homography', matrix: facingForward(estimation.matrix, inliers, keypoints0) },
      inliers,
      residualsPx,
      thresholdPx: estimation.settings.thresholdPx,
    };
  },
);

/** The same homography, of the sign that gives what lies in front of the cameras a positive depth. */
function facingForward(
  matrix: readonly number[],
  inliers: Uint8Array,
  keypoints0: Points<'photo'>,
): readonly number[] {
  const inlier = inliers.indexOf(1);
  if (inlier < 0) return matrix;
  const [, , depth] = apply3(matrix, [keypoints0[2 * inlier]!, keypoints0[2 * inlier + 1]!, 1]);
  return depth < 0 ? matrix.map((entry) => -entry) : matrix;
}
