/**
 * Whether one homography (a plane, or a turn of the camera) explains what agrees with an epipolar geometry, which
 * it then leaves open: of a plane, any epipole will do (Chum, Werner, Matas, "Two-view geometry estimation
 * unaffected by a dominant plane", CVPR 2005; Hartley and Zisserman 13.6).
 */
import { solveSymmetric } from '../../geometry/symmetricSystem.ts';
import { isMoreThanChance } from './chanceSupport.ts';
import type { WorkingMatches } from './workingMatches.ts';

/**
 * Of the threshold: how far a match may lie from where a homography puts it and still count as of its plane. Wide,
 * because noise that is harmless along an epipolar line must not pass for depth.
 */
export const planeTolerance = 3;

/** Squared distance in photo 1 between a match and where a homography puts it, in working coordinates. */
export function squaredTransfer(points: Float64Array, k: number, h: ArrayLike<number>): number {
  const x = points[4 * k]!;
  const y = points[4 * k + 1]!;
  const depth = h[6]! * x + h[7]! * y + h[8]!;
  const dx = (h[0]! * x + h[1]! * y + h[2]!) / depth - points[4 * k + 2]!;
  const dy = (h[3]! * x + h[4]! * y + h[5]!) / depth - points[4 * k + 3]!;
  return dx * dx + dy * dy;
}

/**
 * Whether matches off the plane agree with the geometry more often than their directions give by chance.
 *
 * A match at distance d from where the homography puts it, in an arbitrary direction, falls within w of the
 * epipolar line through that place with probability (2 / pi) asin(w / d).
 *
 * @param model fundamental matrix between working coordinates
 * @param homography between working coordinates, one that the model is compatible with
 * @param threshold of the Sampson distance, in working coordinates
 */
export function hasDepth(
  { points, count }: WorkingMatches,
  model: Float64Array,
  homography: ArrayLike<number>,
  threshold: number,
): boolean {
  const f = model;
  let [off, agreeing, chances] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    const distance = Math.sqrt(squaredTransfer(points, k, homography));
    if (distance <= planeTolerance * threshold) continue;
    const x0 = points[4 * k]!;
    const y0 = points[4 * k + 1]!;
    const x1 = points[4 * k + 2]!;
    const y1 = points[4 * k + 3]!;
    const a1 = f[0]! * x0 + f[1]! * y0 + f[2]!;
    const b1 = f[3]! * x0 + f[4]! * y0 + f[5]!;
    const a0 = f[0]! * x1 + f[3]! * y1 + f[6]!;
    const b0 = f[1]! * x1 + f[4]! * y1 + f[7]!;
    const error = Math.abs(x1 * a1 + y1 * b1 + f[6]! * x0 + f[7]! * y0 + f[8]!);
    const square1 = a1 * a1 + b1 * b1;
    const square = square1 + a0 * a0 + b0 * b0;
    const width = threshold * Math.sqrt(square / square1);
    off++;
    chances += distance < Infinity ? (2 / Math.PI) * Math.asin(Math.min(1, width / distance)) : 0;
    if (error <= threshold * Math.sqrt(square)) agreeing++;
  }
  if (off <= 2) return false;
  return isMoreThanChance(off, agreeing, chances / off, { sampleSize: 2, mostModels: 1 });
}

const normal = new Float64Array(64);
const right = new Float64Array(8);
const rows = [new Float64Array(8), new Float64Array(8)] as const;

/**
 * The homography that fits the matches within a distance of a given one best, by least squares, in the distance of
 * photo 1.
 *
 * @returns the given one where fewer than four matches are so near
 */
export function fitHomography(
  { points, count }: WorkingMatches,
  start: Float64Array,
  distance: number,
): Float64Array {
  normal.fill(0);
  right.fill(0);
  let near = 0;
  for (let k = 0; k < count; k++) {
    if (!(squaredTransfer(points, k, start) <= distance * distance)) continue;
    near++;
    const x = points[4 * k]!;
    const y = points[4 * k + 1]!;
    // Divided by the depth, the algebraic error is the distance in photo 1.
    const depth = (start[6]! * x + start[7]! * y + start[8]!) / start[8]!;
    for (let axis = 0; axis < 2; axis++) {
      const target = points[4 * k + 2 + axis]!;
      const row = rows[axis]!;
      row.fill(0);
      row[3 * axis] = x / depth;
      row[3 * axis + 1] = y / depth;
      row[3 * axis + 2] = 1 / depth;
      row[6] = (-target * x) / depth;
      row[7] = (-target * y) / depth;
      for (let i = 0; i < 8; i++) {
        right[i]! += (row[i]! * target) / depth;
        for (let j = 0; j <= i; j++) normal[8 * i + j]! += row[i]! * row[j]!;
      }
    }
  }
  if (near < 4 || !solveSymmetric(normal, right, 8)) return start;
  return Float64Array.of(...right, 1);
}

/**
 * The homography of the plane through three matches, compatible with an epipolar geometry: A - e (M^-1 b)^T.
 *
 * @param epipole1 the epipole of photo 1
 * @returns null where the matches lie on a line
 */
export function homographyOfThree(
  points: Float64Array,
  [i, j, k]: readonly [number, number, number],
  model: Float64Array,
  [ex, ey, ez]: readonly [number, number, number],
): Float64Array | null {
  const f = model;
  // A = [e]x F
  const a = [0, 1, 2].map((c) => [
    ey * f[6 + c]! - ez * f[3 + c]!,
    ez * f[c]! - ex * f[6 + c]!,
    ex * f[3 + c]! - ey * f[c]!,
  ]);
  const right: number[] = [];
  const lines: number[] = [];
  for (const m of [i, j, k]) {
    const [x0, y0, x1, y1] = [points[4 * m]!, points[4 * m + 1]!, points[4 * m + 2]!, points[4 * m + 3]!];
    const mapped = [0, 1, 2].map((r) => a[0]![r]! * x0 + a[1]![r]! * y0 + a[2]![r]!);
    const [px, py, pz] = [y1 * ez - ey, ex - x1 * ez, x1 * ey - y1 * ex];
    const first = [
      y1 * mapped[2]! - mapped[1]!,
      mapped[0]! - x1 * mapped[2]!,
      x1 * mapped[1]! - y1 * mapped[0]!,
    ];
    right.push((first[0]! * px + first[1]! * py + first[2]! * pz) / (px * px + py * py + pz * pz));
    lines.push(x0, y0, 1);
  }
  // Cramer's rule on the rows (x0, y0, 1).
  const [xi, yi, , xj, yj, , xk, yk] = lines as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  const determinant = xi * (yj - yk) + xj * (yk - yi) + xk * (yi - yj);
  if (Math.abs(determinant) < 1e-9) return null;
  const [bi, bj, bk] = right as [number, number, number];
  const v = [
    (bi * (yj - yk) + bj * (yk - yi) + bk * (yi - yj)) / determinant,
    (bi * (xk - xj) + bj * (xi - xk) + bk * (xj - xi)) / determinant,
    (bi * (xj * yk - xk * yj) + bj * (xk * yi - xi * yk) + bk * (xi * yj - xj * yi)) / determinant,
  ];
  const h = new Float64Array(9);
  for (let c = 0; c < 3; c++) {
    h[c] = a[c]![0]! - ex * v[c]!;
    h[3 + c] = a[c]![1]! - ey * v[c]!;
    h[6 + c] = a[c]![2]! - ez * v[c]!;
  }
  return h;
}
