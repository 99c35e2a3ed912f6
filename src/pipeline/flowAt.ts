/** The match of any point of a photo, between the cells of its warp. */
import { invertAffine, type Point } from '../geometry/coordinates.ts';
import type { PhotoWarp } from './pairDense.ts';

export interface Flow {
  /** In pixels of the other photo. */
  readonly x: number;
  readonly y: number;
  readonly certainty: number;
}

/** @param point in pixels of the photo that the warp is of */
export function flowAt(photoWarp: PhotoWarp, point: Point<'photo'>): Flow {
  return createFlowReader(photoWarp)(point);
}

/** For many points. Bilinear between cell centres; beyond the outermost centres the grid goes on as its edge. */
export function createFlowReader(photoWarp: PhotoWarp): (point: Point<'photo'>) => Flow {
  const { width, height, cellToPhoto, warp, certainty } = photoWarp;
  const [a, b, c, d, e, f] = invertAffine(cellToPhoto);
  const [right, below] = [width > 1 ? 1 : 0, height > 1 ? width : 0];
  return ([x, y]) => {
    const column = Math.min(Math.max(a * x + b * y + c, 0), width - 1);
    const row = Math.min(Math.max(d * x + e * y + f, 0), height - 1);
    const left = Math.min(Math.floor(column), Math.max(width - 2, 0));
    const top = Math.min(Math.floor(row), Math.max(height - 2, 0));
    const [shareX, shareY] = [column - left, row - top];
    const topLeft = top * width + left;
    const blend = (read: (cell: number) => number): number =>
      (1 - shareY) * ((1 - shareX) * read(topLeft) + shareX * read(topLeft + right)) +
      shareY * ((1 - shareX) * read(topLeft + below) + shareX * read(topLeft + below + right));
    return {
      x: blend((cell) => warp[2 * cell]!),
      y: blend((cell) => warp[2 * cell + 1]!),
      certainty: blend((cell) => certainty[cell]!),
    };
  };
}
