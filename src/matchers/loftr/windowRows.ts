/** Where the fine stage finds the window around a coarse cell in the backbone's padded fine map. */
import { fineCellsPerCoarse, type GridSize } from './loftrConfig.ts';

/**
 * @param cells indices of coarse cells in reading order
 * @param coarse size of the coarse map
 * @param fine size of the fine map without its margin
 * @param window side of the window in fine cells; the margin is half of it on each side
 * @returns for each cell the rows of the padded map under its window, window^2 each, in reading order
 */
export function windowRows(cells: Int32Array, coarse: GridSize, fine: GridSize, window: number): Int32Array {
  const paddedWidth = fine.width + window - 1;
  const rows = new Int32Array(cells.length * window ** 2);
  let next = 0;
  for (const cell of cells) {
    // The margin shifts the map by half a window, so the window's first cell stands at the cell's own place.
    const left = (cell % coarse.width) * fineCellsPerCoarse;
    const top = Math.floor(cell / coarse.width) * fineCellsPerCoarse;
    for (let y = 0; y < window; y++) {
      for (let x = 0; x < window; x++) rows[next++] = (top + y) * paddedWidth + left + x;
    }
  }
  return rows;
}
