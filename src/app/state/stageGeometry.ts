/** The geometry of the current result as the stage draws it. */

import type { EstimationSuccess } from '../../estimators/estimator.ts';
import { fundamentalOf } from '../../estimators/fundamentalOf.ts';
import type { Relation, StageGeometry } from '../../stage/stageProps.ts';
import type { AppState } from './appState.ts';
import { inlierColumn } from './countMatches.ts';
import { remember } from './remember.ts';
import { currentEstimate } from './selectResult.ts';

/** Null while there is none. */
export function stageGeometry(state: AppState): StageGeometry | null {
  const estimation = currentEstimate(state)?.estimation;
  const inliers = inlierColumn(state);
  return estimation?.ok && inliers ? describe(estimation, inliers) : null;
}

const describe = remember((estimation: EstimationSuccess, inliers: Uint8Array): StageGeometry => {
  // Matches that were not confident enough to be estimated from have none.
  const residualsPx = new Float32Array(inliers.length).fill(Number.NaN);
  residualsPx.set(estimation.residualsPx);
  return {
    relation: relationOf(estimation),
    inliers,
    residualsPx,
    thresholdPx: estimation.settings.thresholdPx,
  };
});

function relationOf(estimation: EstimationSuccess): Relation {
  const fundamental = fundamentalOf(estimation);
  return fundamental ? { kind: 'epipolar', fundamental } : { kind: 'homography', matrix: estimation.matrix };
}
