/**
 * The homography of four matches: eight equations, linear in its entries, leave one solution up to scale (Hartley
 * and Zisserman, "Multiple View Geometry", 4.1). Samples that a plane seen from one side cannot give are left out
 * first: as it turns over or not, so do all triangles of its points (Chum, Werner, Matas, "Epipolar geometry
 * estimation via RANSAC benefits from the oriented epipolar constraint", ICPR 2004).
 */
import { findNullSpace } from '../robust/nullSpace.ts';

export const fourPointSampleSize = 4;
export const fourPointMostModels = 1;

const equations = 2 * fourPointSampleSize;
const rows = new Float64Array(equations * 9);
const triangles = [
  [0, 1, 2],
  [0, 1, 3],
  [0, 2, 3],
  [1, 2, 3],
] as const;

/**
 * @param matches x0, y0, x1, y1, ... of at least four matches, in coordinates of about unit size
 * @param sample indices of four of them
 * @param model takes nine entries of Frobenius norm 1, with the points of the sample at positive depth
 * @returns 1, or 0 where the sample gives none
 */
export function solveFourPoint(matches: Float64Array, sample: Int32Array, model: Float64Array): 0 | 1 {
  if (!keepsOrientation(matches, sample)) return 0;
  for (let k = 0; k < fourPointSampleSize; k++) {
    const match = 4 * sample[k]!;
    const x = matches[match]!;
    const y = matches[match + 1]!;
    for (let axis = 0; axis < 2; axis++) {
      const target = matches[match + 2 + axis]!;
      const row = 9 * (2 * k + axis);
      rows.fill(0, row, row + 6);
      rows[row + 3 * axis] = x;
      rows[row + 3 * axis + 1] = y;
      rows[row + 3 * axis + 2] = 1;
      rows[row + 6] = -target * x;
      rows[row + 7] = -target * y;
      rows[row + 8] = -target;
    }
  }
  if (!findNullSpace(rows, equations, model)) return 0;
  const first = 4 * sample[0]!;
  const depth = model[6]! * matches[first]! + model[7]! * matches[first + 1]! + model[8]!;
  if (depth < 0) for (let k = 0; k < 9; k++) model[k] = -model[k]!;
  return 1;
}

/** Whether all triangles of the sample turn over from photo 0 to photo 1, or none. */
function keepsOrientation(matches: Float64Array, sample: Int32Array): boolean {
  let sign = 0;
  for (const [a, b, c] of triangles) {
    const [p, q, r] = [4 * sample[a]!, 4 * sample[b]!, 4 * sample[c]!];
    const product = doubleArea(matches, p, q, r) * doubleArea(matches, p + 2, q + 2, r + 2);
    // Also false where three points of either photo lie on a line.
    if (!(product * sign >= 0) || product === 0) return false;
    sign = product;
  }
  return true;
}

function doubleArea(matches: Float64Array, a: number, b: number, c: number): number {
  return (
    (matches[b]! - matches[a]!) * (matches[c + 1]! - matches[a + 1]!) -
    (matches[c]! - matches[a]!) * (matches[b + 1]! - matches[a + 1]!)
  );
}
