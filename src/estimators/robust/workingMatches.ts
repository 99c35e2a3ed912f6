/** From photo pixels to the coordinates the search works in, and fundamental matrices back. */
import { normaliseFundamental } from '../../geometry/epipolar.ts';
import { measureSpread } from './spread.ts';

/**
 * Matches in working coordinates: centred, and both photos divided by the same length, so that numbers are
 * of about unit size and residuals are those in pixels, divided by that length.
 */
export interface WorkingMatches {
  /** x0, y0, x1, y1 of every distinct match. */
  readonly points: Float64Array;
  /** What every distinct match counts, from 0 to 1, in scores and fits. */
  readonly weights: Float64Array;
  readonly count: number;
  readonly centre0: readonly [x: number, y: number];
  readonly centre1: readonly [x: number, y: number];
  /** Pixels. */
  readonly unitPx: number;
}

/** The point of each photo that becomes the origin, and what becomes length 1. */
export type WorkingFrame = Pick<WorkingMatches, 'centre0' | 'centre1' | 'unitPx'>;

/** Centred on the matches of either photo, with a root mean square distance of 1. */
export function chooseFrame(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  indices: Int32Array,
): WorkingFrame {
  const [spread0, spread1] = [measureSpread(keypoints0, indices), measureSpread(keypoints1, indices)];
  return {
    centre0: [spread0.meanX, spread0.meanY],
    centre1: [spread1.meanX, spread1.meanY],
    unitPx: Math.hypot(spread0.along, spread0.across, spread1.along, spread1.across) / Math.SQRT2,
  };
}

/**
 * @param keypoints0 photo pixels
 * @param keypoints1 photo pixels
 * @param order which matches, and their order
 * @param frame what becomes the origin of either photo, and length 1
 * @returns matches that all count alike
 */
export function toWorkingMatches(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  order: Int32Array,
  { centre0, centre1, unitPx }: WorkingFrame,
): WorkingMatches {
  const points = new Float64Array(4 * order.length);
  order.forEach((index, k) => {
    points[4 * k] = (keypoints0[2 * index]! - centre0[0]) / unitPx;
    points[4 * k + 1] = (keypoints0[2 * index + 1]! - centre0[1]) / unitPx;
    points[4 * k + 2] = (keypoints1[2 * index]! - centre1[0]) / unitPx;
    points[4 * k + 3] = (keypoints1[2 * index + 1]! - centre1[1]) / unitPx;
  });
  const weights = new Float64Array(order.length).fill(1);
  return { points, weights, count: order.length, centre0, centre1, unitPx };
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
