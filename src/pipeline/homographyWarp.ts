/** Each photo's points sent to the other by a homography, in the form that dense matches are drawn from. */
import { type Points, resizeTransform } from '../geometry/coordinates.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import type { PhotoWarp } from './pairDense.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Cells along the longer edge: about what a screen shows of a photo. */
const LONG_EDGE = 1024;

/** Side of a cell in photo pixels; a photo is never shown finer than it is. */
export function homographyCellSize({ width, height }: Extent): number {
  return Math.max(1, Math.max(width, height) / LONG_EDGE);
}

/**
 * @param matrix photo 0 to photo 1, with positive depth in front of the cameras
 * @returns the warp over photo 0, then the one over photo 1; certain where a point lands in the other photo
 */
export function warpsByHomography(
  matrix: Matrix3,
  [photo0, photo1]: readonly [Extent, Extent],
): readonly [PhotoWarp, PhotoWarp] {
  const inverse = invert3(matrix) ?? new Array<number>(9).fill(0);
  return [warpByHomography(matrix, photo0, photo1), warpByHomography(inverse, photo1, photo0)];
}

function warpByHomography(matrix: Matrix3, photo: Extent, other: Extent): PhotoWarp {
  const cellSize = homographyCellSize(photo);
  const [width, height] = [photo.width, photo.height].map((length) =>
    Math.max(1, Math.round(length / cellSize)),
  ) as [number, number];
  const warp = new Float32Array(2 * width * height) as Points<'photo'>;
  const certainty = new Float32Array(width * height);
  for (let row = 0, cell = 0; row < height; row++) {
    const y = (row + 0.5) * cellSize - 0.5;
    for (let column = 0; column < width; column++, cell++) {
      const x = (column + 0.5) * cellSize - 0.5;
      const depth = matrix[6]! * x + matrix[7]! * y + matrix[8]!;
      const u = (matrix[0]! * x + matrix[1]! * y + matrix[2]!) / depth;
      const v = (matrix[3]! * x + matrix[4]! * y + matrix[5]!) / depth;
      const isInside = u >= -0.5 && v >= -0.5 && u <= other.width - 0.5 && v <= other.height - 0.5;
      if (!(depth > 0 && isInside)) continue;
      warp[2 * cell] = u;
      warp[2 * cell + 1] = v;
      certainty[cell] = 1;
    }
  }
  return { width, height, cellToPhoto: resizeTransform(cellSize), warp, certainty };
}
