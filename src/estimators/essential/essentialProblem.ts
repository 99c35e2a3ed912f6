/**
 * The essential matrix for the robust search: models are found from directions and measured in pixels. Its five
 * degrees of freedom are a turn of the second camera (3) and the direction of the baseline (2).
 */
import { cross, frobenius3, multiply3, skew3, unit3, type Vector3 } from '../../geometry/matrix3.ts';
import { candidatePoses } from '../../geometry/relativePose.ts';
import { rotationOf } from '../robust/rotations.ts';
import { sampsonNoiseReach, sampsonResiduals } from '../robust/sampsonResiduals.ts';
import type { Chart, SearchProblem } from '../robust/searchProblem.ts';
import type { WorkingMatches } from '../robust/workingMatches.ts';
import { fivePointMostModels, fivePointSampleSize, solveFivePoint } from './fivePoint.ts';

const axes: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/**
 * @param matches whose origin is the principal point in both photos
 * @param focals focal lengths in working units
 */
export function createEssentialProblem(
  { points, count }: WorkingMatches,
  [focal0, focal1]: readonly [number, number],
): SearchProblem {
  const rays = new Float64Array(4 * count);
  for (let k = 0; k < count; k++) {
    rays[4 * k] = points[4 * k]! / focal0;
    rays[4 * k + 1] = points[4 * k + 1]! / focal0;
    rays[4 * k + 2] = points[4 * k + 2]! / focal1;
    rays[4 * k + 3] = points[4 * k + 3]! / focal1;
  }
  const scales = scalesOf([focal0, focal1]);

  /** Steps: a turn (3), and a move of the baseline along two directions at right angles to it. */
  function chartAt(model: Float64Array): Chart {
    const { rotation, translation } = candidatePoses(model.map((entry, k) => entry / scales[k]!))[0]!;
    const essential = multiply3(skew3(translation), rotation);
    const norm = frobenius3(essential.map((entry, k) => entry * scales[k]!));
    const first = unit3(
      Math.abs(translation[0]) < 0.6 ? cross(translation, [1, 0, 0]) : cross(translation, [0, 1, 0]),
    );
    const second = cross(translation, first);
    const tangent = new Float64Array(5 * 9);
    const write = (row: number, change: readonly number[]) => {
      change.forEach((entry, k) => {
        tangent[9 * row + k] = (entry * scales[k]!) / norm;
      });
    };
    axes.forEach((axis, k) => {
      write(k, multiply3(essential, skew3(axis)));
    });
    write(3, multiply3(skew3(first), rotation));
    write(4, multiply3(skew3(second), rotation));
    return {
      tangent,
      move(step) {
        const turned = multiply3(rotation, rotationOf([step[0]!, step[1]!, step[2]!]));
        const moved = unit3(
          [0, 1, 2].map(
            (k) => translation[k]! + step[3]! * first[k]! + step[4]! * second[k]!,
          ) as unknown as Vector3,
        );
        return scaledToOne(multiply3(skew3(moved), turned), scales);
      },
    };
  }

  return {
    sampleSize: fivePointSampleSize,
    mostModels: fivePointMostModels,
    usualModels: 4,
    solverCost: 2000,
    dimensions: 5,
    residuals: sampsonResiduals,
    noiseReach: sampsonNoiseReach,
    solve(sample, models) {
      const found = solveFivePoint(rays, sample, models);
      for (let m = 0; m < found; m++) {
        let square = 0;
        for (let k = 0; k < 9; k++) {
          models[9 * m + k]! *= scales[k]!;
          square += models[9 * m + k]! ** 2;
        }
        const scale = 1 / Math.sqrt(square);
        for (let k = 0; k < 9; k++) models[9 * m + k]! *= scale;
      }
      return found;
    },
    chartAt,
  };
}

/** Working entries over essential entries. */
function scalesOf([focal0, focal1]: readonly [number, number]): Float64Array {
  return Float64Array.from({ length: 9 }, (_, k) => {
    const [row, column] = [Math.floor(k / 3), k % 3];
    return (row < 2 ? 1 / focal1 : 1) * (column < 2 ? 1 / focal0 : 1);
  });
}

/** The essential matrix, up to scale, of a model between working coordinates. */
export function essentialOfWorking(model: Float64Array, focals: readonly [number, number]): number[] {
  const scales = scalesOf(focals);
  return Array.from(model, (entry, k) => entry / scales[k]!);
}

/** The model between working coordinates of an essential matrix, whatever its scale. */
export function workingOfEssential(
  essential: readonly number[],
  focals: readonly [number, number],
): Float64Array {
  return scaledToOne(essential, scalesOf(focals));
}

function scaledToOne(essential: readonly number[], scales: Float64Array): Float64Array {
  const scaled = Float64Array.from(essential, (entry, k) => entry * scales[k]!);
  const norm = frobenius3(scaled);
  return scaled.map((entry) => entry / norm);
}
