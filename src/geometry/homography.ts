/** Points sent from one plane to another by a homography. */
import type { Points, Space } from './coordinates.ts';
import type { Matrix3 } from './matrix3.ts';

/** @returns not a number or infinite on the line that is sent to infinity */
export function applyHomography<From extends Space, To extends Space>(
  matrix: Matrix3,
  points: Points<From>,
): Points<To> {
  const result = new Float32Array(points.length);
  for (let k = 0; k < points.length; k += 2) {
    const [x, y] = [points[k]!, points[k + 1]!];
    const depth = depthUnder(matrix, x, y);
    result[k] = (matrix[0]! * x + matrix[1]! * y + matrix[2]!) / depth;
    result[k + 1] = (matrix[3]! * x + matrix[4]! * y + matrix[5]!) / depth;
  }
  return result as Points<To>;
}

/** Of one sign on either side of the line that is sent to infinity: what lies beyond it is behind the camera. */
export function depthUnder(matrix: Matrix3, x: number, y: number): number {
  return matrix[6]! * x + matrix[7]! * y + matrix[8]!;
}

/** How the surroundings of a point are sent: [a, b, d, e], by which a step (u, v) becomes (a u + b v, d u + e v). */
export function derivativeUnder(
  matrix: Matrix3,
  x: number,
  y: number,
): readonly [a: number, b: number, d: number, e: number] {
  const depth = depthUnder(matrix, x, y);
  const u = (matrix[0]! * x + matrix[1]! * y + matrix[2]!) / depth;
  const v = (matrix[3]! * x + matrix[4]! * y + matrix[5]!) / depth;
  return [
    (matrix[0]! - u * matrix[6]!) / depth,
    (matrix[1]! - u * matrix[7]!) / depth,
    (matrix[3]! - v * matrix[6]!) / depth,
    (matrix[4]! - v * matrix[7]!) / depth,
  ];
}
