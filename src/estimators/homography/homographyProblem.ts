/** The homography for the robust search. Its eight degrees of freedom are all changes but that of its scale. */
import { frobenius3 } from '../../geometry/matrix3.ts';
import { findNullSpace } from '../robust/nullSpace.ts';
import type { Chart, SearchProblem } from '../robust/searchProblem.ts';
import type { WorkingMatches } from '../robust/workingMatches.ts';
import { fourPointMostModels, fourPointSampleSize, solveFourPoint } from './fourPoint.ts';
import { reprojectionNoiseReach, reprojectionResiduals } from './reprojectionResiduals.ts';

const dimensions = 8;

export function createHomographyProblem({ points }: WorkingMatches): SearchProblem {
  return {
    sampleSize: fourPointSampleSize,
    mostModels: fourPointMostModels,
    // Three of four samples of wrong matches would turn the plane over in part.
    usualModels: 0.25,
    solverCost: 100,
    dimensions,
    residuals: reprojectionResiduals,
    noiseReach: reprojectionNoiseReach,
    solve: (sample, models) => solveFourPoint(points, sample, models),
    chartAt,
  };
}

/** Steps: along the directions at right angles to the model. */
function chartAt(model: Float64Array): Chart {
  const tangent = new Float64Array(dimensions * 9);
  findNullSpace(model.slice(), 1, tangent);
  return {
    tangent,
    move(step) {
      const moved = model.slice();
      step.forEach((size, k) => {
        for (let c = 0; c < 9; c++) moved[c]! += size * tangent[9 * k + c]!;
      });
      const norm = frobenius3(moved);
      return moved.map((entry) => entry / norm);
    },
  };
}
