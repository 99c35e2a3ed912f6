/**
 * The fundamental matrix for the robust search. Its seven degrees of freedom, after Bartoli and Sturm ("Nonlinear
 * estimation of the fundamental matrix with minimal parameters", PAMI 2004): turns of either photo's directions
 * and the ratio of the singular values, so that every step has rank two.
 */
import { frobenius3, multiply3, skew3, type Vector3 } from '../../geometry/matrix3.ts';
import { decompose3 } from '../../geometry/singularValues.ts';
import { escapePlane } from '../robust/dominantPlane.ts';
import type { RandomNumbers } from '../robust/randomNumbers.ts';
import { rotationOf } from '../robust/rotations.ts';
import { sampsonNoiseReach, sampsonResiduals } from '../robust/sampsonResiduals.ts';
import type { Chart, SearchProblem } from '../robust/searchProblem.ts';
import type { WorkingMatches } from '../robust/workingMatches.ts';
import { sevenPointMostModels, sevenPointSampleSize, solveSevenPoint } from './sevenPoint.ts';

const axes: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** @param threshold in working coordinates */
export function createFundamentalProblem(
  matches: WorkingMatches,
  threshold: number,
  random: RandomNumbers,
): SearchProblem {
  return {
    sampleSize: sevenPointSampleSize,
    mostModels: sevenPointMostModels,
    usualModels: 1.5,
    solverCost: 500,
    dimensions: 7,
    residuals: sampsonResiduals,
    noiseReach: sampsonNoiseReach,
    solve: (sample, models) => solveSevenPoint(matches.points, sample, models),
    chartAt,
    escapePlane: (sample, model) => escapePlane(matches, sample, model, threshold, random),
  };
}

/** Steps: a turn on the left (3), a turn on the right (3), a change of the second singular value (1). */
function chartAt(model: Float64Array): Chart {
  const { values, left, right } = decompose3(model);
  const rankTwo = combine(left, right, values[0], values[1]);
  const tangent = new Float64Array(7 * 9);
  axes.forEach((axis, k) => {
    tangent.set(multiply3(skew3(axis), rankTwo), 9 * k);
    tangent.set(multiply3(rankTwo, skew3(axis)), 9 * (3 + k));
  });
  tangent.set(combine(left, right, 0, 1), 9 * 6);
  return {
    tangent,
    move(step) {
      const changed = combine(left, right, values[0], values[1] + step[6]!);
      const turnLeft = rotationOf([step[0]!, step[1]!, step[2]!]);
      const turnRight = rotationOf([step[3]!, step[4]!, step[5]!]);
      return ofUnitNorm(multiply3(turnLeft, multiply3(changed, turnRight)));
    },
  };
}

/** first u0 v0^T + second u1 v1^T */
function combine(
  left: readonly Vector3[],
  right: readonly Vector3[],
  first: number,
  second: number,
): number[] {
  return Array.from({ length: 9 }, (_, k) => {
    const [row, column] = [Math.floor(k / 3), k % 3];
    return first * left[0]![row]! * right[0]![column]! + second * left[1]![row]! * right[1]![column]!;
  });
}

function ofUnitNorm(matrix: readonly number[]): Float64Array {
  const norm = frobenius3(matrix);
  return Float64Array.from(matrix, (entry) => entry / norm);
}
