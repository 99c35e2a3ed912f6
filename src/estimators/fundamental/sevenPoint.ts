/**
 * Fundamental matrices of seven matches: a pencil F = x A + (1 - x) B fits them all, and det F = 0 is a cubic
 * in x (Hartley and Zisserman, "Multiple View Geometry", 11.1.2). Those that would put some of the matches
 * behind a camera are left out (Chum, Werner, Matas, "Epipolar geometry estimation via RANSAC benefits from the
 * oriented epipolar constraint", ICPR 2004).
 */
import { writeEpipolarRows } from '../robust/epipolarRows.ts';
import { findNullSpace } from '../robust/nullSpace.ts';
import { findRealRoots } from '../robust/realRoots.ts';

export const sevenPointSampleSize = 7;
export const sevenPointMostModels = 3;

const rows = new Float64Array(sevenPointSampleSize * 9);
const basis = new Float64Array(2 * 9);
const cubic = new Float64Array(4);
const roots = new Float64Array(3);

/**
 * @param matches x0, y0, x1, y1, ... of at least seven matches, in coordinates of about unit size
 * @param sample indices of seven of them
 * @param models takes up to three matrices of 9, each of Frobenius norm near 1
 * @returns how many
 */
export function solveSevenPoint(matches: Float64Array, sample: Int32Array, models: Float64Array): number {
  writeEpipolarRows(matches, sample, sevenPointSampleSize, rows);
  if (!findNullSpace(rows, sevenPointSampleSize, basis)) return 0;
  writeDeterminant();
  const rootCount = findRealRoots(cubic, 3, roots);
  let count = 0;
  for (let r = 0; r < rootCount; r++) {
    const model = 9 * count;
    const x = roots[r]!;
    const scale = 1 / Math.sqrt(1 + x * x);
    for (let k = 0; k < 9; k++) models[model + k] = scale * (basis[k]! + x * basis[9 + k]!);
    if (isOriented(matches, sample, models, model)) count++;
  }
  return count;
}

/** Coefficients of det(A + x B). */
function writeDeterminant(): void {
  const a = basis;
  for (let k = 0; k < 4; k++) cubic[k] = 0;
  for (let i = 0; i < 3; i++) {
    const j = (i + 1) % 3;
    const k = (i + 2) % 3;
    // Entry i of row 0 times its cofactor, as polynomials.
    const c0 = a[3 + j]! * a[6 + k]! - a[3 + k]! * a[6 + j]!;
    const c1 =
      a[3 + j]! * a[15 + k]! + a[12 + j]! * a[6 + k]! - a[3 + k]! * a[15 + j]! - a[12 + k]! * a[6 + j]!;
    const c2 = a[12 + j]! * a[15 + k]! - a[12 + k]! * a[15 + j]!;
    cubic[0]! += a[i]! * c0;
    cubic[1]! += a[i]! * c1 + a[9 + i]! * c0;
    cubic[2]! += a[i]! * c2 + a[9 + i]! * c1;
    cubic[3]! += a[9 + i]! * c2;
  }
}

/** Whether all matches of the sample lie on the same side: e1 x x1 and F x0 point the same way, or opposite. */
function isOriented(matches: Float64Array, sample: Int32Array, models: Float64Array, model: number): boolean {
  const f = (k: number) => models[model + k]!;
  // The epipole of photo 1 is at right angles to all columns.
  let e0 = f(3) * f(7) - f(6) * f(4);
  let e1 = f(6) * f(1) - f(0) * f(7);
  let e2 = f(0) * f(4) - f(3) * f(1);
  if (e0 * e0 + e1 * e1 + e2 * e2 < 1e-12) {
    e0 = f(4) * f(8) - f(7) * f(5);
    e1 = f(7) * f(2) - f(1) * f(8);
    e2 = f(1) * f(5) - f(4) * f(2);
  }
  let side = 0;
  for (let k = 0; k < sample.length; k++) {
    const match = 4 * sample[k]!;
    const x0 = matches[match]!;
    const y0 = matches[match + 1]!;
    const x1 = matches[match + 2]!;
    const y1 = matches[match + 3]!;
    const lineX = f(0) * x0 + f(1) * y0 + f(2);
    const lineY = f(3) * x0 + f(4) * y0 + f(5);
    const product = (e1 - e2 * y1) * lineX + (e2 * x1 - e0) * lineY;
    if (product === 0) continue;
    if (side === 0) side = Math.sign(product);
    else if (product > 0 !== side > 0) return false;
  }
  return true;
}
