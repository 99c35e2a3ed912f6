/** Reprojection errors and inliers of a homography: the one place that decides what an inlier is. */
import type { Agreement } from './agreement.ts';

/**
 * Residuals are distances in pixels of photo 1 from the mapped to the matched point.
 *
 * A homography splits photo 0 along the line it sends to infinity, and only one side of it is in front of the
 * camera: the side with more matches within the threshold. On the other side, and at points that are not
 * finite, the residual is infinite.
 *
 * @param matrix 3x3 row-major, photo 0 to photo 1
 * @param keypoints0 N points, photo pixels
 * @param keypoints1 N points, photo pixels
 */
export function reproject(
  matrix: readonly number[],
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  thresholdPx: number,
): Agreement {
  const [a, b, c, d, e, f, g, h, i] = matrix as [
    ...[number, number, number],
    ...[number, number, number],
    ...[number, number, number],
  ];
  const count = keypoints0.length / 2;
  const residualsPx = new Float32Array(count);
  const inliers = new Uint8Array(count);
  const positive = new Uint8Array(count);
  let balance = 0;
  for (let k = 0; k < count; k++) {
    const x = keypoints0[2 * k]!;
    const y = keypoints0[2 * k + 1]!;
    const depth = g * x + h * y + i;
    const error = Math.hypot(
      (a * x + b * y + c) / depth - keypoints1[2 * k]!,
      (d * x + e * y + f) / depth - keypoints1[2 * k + 1]!,
    );
    residualsPx[k] = Number.isNaN(error) ? Infinity : error;
    positive[k] = depth > 0 ? 1 : 0;
    if (residualsPx[k]! <= thresholdPx) {
      inliers[k] = 1;
      balance += depth > 0 ? 1 : -1;
    }
  }
  const front = balance >= 0 ? 1 : 0;
  let inlierCount = 0;
  for (let k = 0; k < count; k++) {
    if (positive[k] !== front) {
      residualsPx[k] = Infinity;
      inliers[k] = 0;
    }
    inlierCount += inliers[k]!;
  }
  return { residualsPx, inliers, inlierCount };
}
