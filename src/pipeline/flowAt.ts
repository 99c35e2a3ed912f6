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
export function flowAt(photoWarp: PhotoWarp, [x, y]: Point<'photo'>): Flow {
  return createFlowReader(photoWarp)(x, y);
}

/** For many points. Bilinear between cell centres; beyond the outermost centres the grid goes on as its edge. */
export function createFlowReader(photoWarp: PhotoWarp): (x: number, y: number) => Flow {
  const { width, height, cellToPhoto, warp, certainty } = photoWarp;
  const [a, b, c, d, e, f] = invertAffine(cellToPhoto);
  const [right, below] = [width > 1 ? 1 : 0, height > 1 ? width : 0];
  return (x, y) => {
    const column = Math.min(Math.max(a * x + b * y + c, 0), width - 1);
    const row = Math.min(Math.max(d * x + e * y + f, 0), height - 1);
    const left = Math.min(Math.floor(column), Math.max(width - 2, 0));
    const top = Math.min(Math.floor(row), Math.max(height - 2, 0));
    const shareX = column - left;
    const shareY = row - top;
    const topLeft = top * width + left;
    const topRight = topLeft + right;
    const bottomLeft = topLeft + below;
    const bottomRight = bottomLeft + right;
    const ofTopLeft = (1 - shareY) * (1 - shareX);
    const ofTopRight = (1 - shareY) * shareX;
    const ofBottomLeft = shareY * (1 - shareX);
    const ofBottomRight = shareY * shareX;
    return {
      x:
        ofTopLeft * warp[2 * topLeft]! +
        ofTopRight * warp[2 * topRight]! +
        ofBottomLeft * warp[2 * bottomLeft]! +
        ofBottomRight * warp[2 * bottomRight]!,
      y:
        ofTopLeft * warp[2 * topLeft + 1]! +
        ofTopRight * warp[2 * topRight + 1]! +
        ofBottomLeft * warp[2 * bottomLeft + 1]! +
        ofBottomRight * warp[2 * bottomRight + 1]!,
      certainty:
        ofTopLeft * certainty[topLeft]! +
        ofTopRight * certainty[topRight]! +
        ofBottomLeft * certainty[bottomLeft]! +
        ofBottomRight * certainty[bottomRight]!,
    };
  };
}
