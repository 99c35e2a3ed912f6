/** The turn of a camera in place that explains matches best: what would leave the baseline without a direction. */
import { determinant3, multiply3, type Vector3 } from '../../geometry/matrix3.ts';
import { candidatePoses } from '../../geometry/relativePose.ts';
import { decompose3 } from '../../geometry/singularValues.ts';
import { planeTolerance, squaredTransfer } from '../robust/planeInduced.ts';
import type { WorkingMatches } from '../robust/workingMatches.ts';

const rounds = 10;

/**
 * @param essential a geometry that the matches agree with; without a baseline its rotation is a good start
 * @param focals focal lengths in working units
 * @param threshold in working coordinates
 * @returns the homography of the rotation, between working coordinates
 */
export function findRotationHomography(
  matches: WorkingMatches,
  essential: readonly number[],
  focals: readonly [number, number],
  threshold: number,
): number[] {
  // Two rotations, each with either direction of the baseline.
  const [first, , second] = candidatePoses(essential);
  const fitted = [first!, second!].map(({ rotation }) => {
    let current = homographyOf(rotation, focals);
    for (let round = 0; round < rounds; round++) {
      // From wide to narrow: the first guess may be several thresholds off.
      const distance = planeTolerance * threshold * Math.max(1, 2 ** (4 - round));
      current = homographyOf(fitRotation(matches, current, focals, distance), focals);
    }
    return { homography: current, count: countNear(matches, current, planeTolerance * threshold) };
  });
  return fitted.reduce((a, b) => (b.count > a.count ? b : a)).homography;
}

/** K1 R K0^-1 with principal points at the origin. */
function homographyOf(rotation: readonly number[], [focal0, focal1]: readonly [number, number]): number[] {
  return multiply3(
    [focal1, 0, 0, 0, focal1, 0, 0, 0, 1],
    multiply3(rotation, [1 / focal0, 0, 0, 0, 1 / focal0, 0, 0, 0, 1]),
  );
}

function countNear({ points, count }: WorkingMatches, homography: readonly number[], distance: number) {
  let near = 0;
  for (let k = 0; k < count; k++) if (squaredTransfer(points, k, homography) <= distance * distance) near++;
  return near;
}

/**
 * The rotation of least squares between the directions of the matches near to a homography: that of the polar
 * decomposition of their correlation (Kabsch 1976; Wahba's problem).
 */
function fitRotation(
  { points, count }: WorkingMatches,
  homography: readonly number[],
  [focal0, focal1]: readonly [number, number],
  distance: number,
): number[] {
  const correlation = new Array<number>(9).fill(0);
  for (let k = 0; k < count; k++) {
    if (!(squaredTransfer(points, k, homography) <= distance * distance)) continue;
    const from = unitRay(points[4 * k]!, points[4 * k + 1]!, focal0);
    const to = unitRay(points[4 * k + 2]!, points[4 * k + 3]!, focal1);
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) correlation[3 * r + c]! += to[r]! * from[c]!;
    }
  }
  const { left, right } = decompose3(correlation);
  const product = (sign: 1 | -1) =>
    Array.from({ length: 9 }, (_, k) => {
      const [r, c] = [Math.floor(k / 3), k % 3];
      return left[0][r]! * right[0][c]! + left[1][r]! * right[1][c]! + sign * left[2][r]! * right[2][c]!;
    });
  const rotation = product(1);
  return determinant3(rotation) < 0 ? product(-1) : rotation;
}

function unitRay(x: number, y: number, focal: number): Vector3 {
  const length = Math.hypot(x, y, focal);
  return [x / length, y / length, focal / length];
}
