/** From photo pixels to the coordinates the search works in, and fundamental matrices back. */
import { normaliseFundamental } from '../../geometry/epipolar.ts';
import type { WorkingMatches } from './epipolarProblem.ts';

/**
 * @param keypoints0 photo pixels
 * @param keypoints1 photo pixels
 * @param order which matches, and their order
 * @param frame what becomes the origin of either photo, and length 1
 */
export function toWorkingMatches(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  order: Int32Array,
  { centre0, centre1, unitPx }: Pick<WorkingMatches, 'centre0' | 'centre1' | 'unitPx'>,
): WorkingMatches {
  const points = new Float64Array(4 * order.length);
  order.forEach((index, k) => {
    points[4 * k] = (keypoints0[2 * index]! - centre0[0]) / unitPx;
    points[4 * k + 1] = (keypoints0[2 * index + 1]! - centre0[1]) / unitPx;
    points[4 * k + 2] = (keypoints1[2 * index]! - centre1[0]) / unitPx;
    points[4 * k + 3] = (keypoints1[2 * index + 1]! - centre1[1]) / unitPx;
  });
  return { points, count: order.length, centre0, centre1, unitPx };
}

/** T1^T F T0 where T moves a photo's pixels to working coordinates; normalised. */
export function fundamentalInPixels(
  working: ArrayLike<number>,
  { centre0, centre1, unitPx }: WorkingMatches,
): number[] {
  const columns: number[] = [];
  for (let row = 0; row < 3; row++) {
    const [a, b, c] = [working[3 * row]!, working[3 * row + 1]!, working[3 * row + 2]!];
    columns.push(a / unitPx, b / unitPx, c - (a * centre0[0] + b * centre0[1]) / unitPx);
  }
  const pixels: number[] = [];
  for (let column = 0; column < 3; column++) {
    const [a, b, c] = [columns[column]!, columns[3 + column]!, columns[6 + column]!];
    pixels[column] = a / unitPx;
    pixels[3 + column] = b / unitPx;
    pixels[6 + column] = c - (a * centre1[0] + b * centre1[1]) / unitPx;
  }
  return normaliseFundamental(pixels);
}
