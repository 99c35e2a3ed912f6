/**
 * Dense matches as a NumPy archive, in photo pixels (x right, y down, the centre of the top-left pixel at (0, 0)).
 *
 * For each photo S (0 and 1): `warpS` [h, w, 2], x and y in the other photo for each cell of a grid over photo S;
 * `certaintyS` [h, w], the matcher's own number, 0 where the match leaves the other photo; and `cell_to_photoS`
 * [2, 3], the affine map from a cell's column and row to photo S.
 */
import { type PairDense, warpsInPhotos } from '../pipeline/pairDense.ts';
import { type NpzArray, writeNpz } from './writeNpz.ts';

export function writeDense(dense: PairDense): Uint8Array<ArrayBuffer> {
  const arrays: Record<string, NpzArray> = {};
  for (const [side, { width, height, warp, certainty, cellToPhoto }] of warpsInPhotos(dense).entries()) {
    arrays[`warp${side}`] = { shape: [height, width, 2], data: warp };
    arrays[`certainty${side}`] = { shape: [height, width], data: certainty };
    arrays[`cell_to_photo${side}`] = { shape: [2, 3], data: Float64Array.from(cellToPhoto) };
  }
  return writeNpz(arrays);
}
