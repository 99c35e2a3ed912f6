/**
 * Where the cells of a map lie in the authors' normalised coordinates: -1 and 1 are the outer edges of the
 * picture, so the centre of cell x of w lies at (2 x + 1) / w - 1.
 */
import type { GridSize } from './dkmConfig.ts';

export function cellCentre(cell: number, count: number): number {
  return (2 * cell + 1) / count - 1;
}

/** x of all cells in reading order, then y of all cells: [2, h, w]. */
export function centrePlanes({ width, height }: GridSize): Float32Array {
  const cells = width * height;
  const planes = new Float32Array(2 * cells);
  for (let k = 0; k < cells; k++) {
    planes[k] = cellCentre(k % width, width);
    planes[cells + k] = cellCentre(Math.floor(k / width), height);
  }
  return planes;
}
