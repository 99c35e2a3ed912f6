/**
 * Coordinates as OpenCV likes them: centred, and scaled so that the threshold is always the same number.
 *
 * OpenCV stores points in single precision and its USAC framework has lengths in pixels built in (MAGSAC's
 * largest noise, the cells of the neighbourhood grid), so a thumbnail and a photo of 12,000 pixels would be
 * treated differently. With this change of coordinates the estimate does not depend on the unit of length.
 */
import { measureSpread } from '../robust/spread.ts';

/** The threshold OpenCV sees, in its own coordinates. */
export const conditionedThreshold = 3;

/** x' = scaleX (x - centreX), y' = scaleY (y - centreY). */
export interface Conditioning {
  readonly centreX: number;
  readonly centreY: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

/** @param mirrored turns the points over, left to right */
export function chooseConditioning(
  points: Float32Array,
  indices: ArrayLike<number>,
  thresholdPx: number,
  mirrored: boolean,
): Conditioning {
  const { meanX, meanY } = measureSpread(points, indices);
  const scale = conditionedThreshold / thresholdPx;
  return { centreX: meanX, centreY: meanY, scaleX: mirrored ? -scale : scale, scaleY: scale };
}

/** The points at `indices`, in that order, in conditioned coordinates. */
export function condition(
  points: Float32Array,
  indices: ArrayLike<number>,
  { centreX, centreY, scaleX, scaleY }: Conditioning,
): Float32Array {
  const result = new Float32Array(2 * indices.length);
  for (let k = 0; k < indices.length; k++) {
    result[2 * k] = scaleX * (points[2 * indices[k]!]! - centreX);
    result[2 * k + 1] = scaleY * (points[2 * indices[k]! + 1]! - centreY);
  }
  return result;
}

/**
 * The homography between photos from the one between conditioned coordinates, with its last entry 1.
 *
 * @returns null when it has no such form: not finite, or the top-left pixel of photo 0 maps to infinity
 */
export function uncondition(
  matrix: ArrayLike<number>,
  conditioning0: Conditioning,
  conditioning1: Conditioning,
): number[] | null {
  // Columns first: matrix times the conditioning of photo 0.
  const columns: number[] = [];
  for (let row = 0; row < 3; row++) {
    const first = matrix[3 * row]! * conditioning0.scaleX;
    const second = matrix[3 * row + 1]! * conditioning0.scaleY;
    const third = matrix[3 * row + 2]! - first * conditioning0.centreX - second * conditioning0.centreY;
    columns.push(first, second, third);
  }
  // Then the inverse conditioning of photo 1 from the left.
  const photo: number[] = [];
  for (let column = 0; column < 3; column++) {
    const last = columns[6 + column]!;
    photo[column] = columns[column]! / conditioning1.scaleX + conditioning1.centreX * last;
    photo[3 + column] = columns[3 + column]! / conditioning1.scaleY + conditioning1.centreY * last;
    photo[6 + column] = last;
  }
  const normalised = photo.map((entry) => entry / photo[8]!);
  return normalised.every(Number.isFinite) ? normalised : null;
}
