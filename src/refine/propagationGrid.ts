/** The points that matches are propagated to, one a cell, and how often each may still be tried. */
import type { GreyPicture } from './greyPicture.ts';

/** Between points that are reached one from another: the coarse cells of a LoFTR. */
const SPACING_PX = 8;
/** A point that so many neighbours did not lead to is not in sight. */
const MOST_ATTEMPTS = 3;

export interface PropagationGrid {
  readonly cells: number;
  cellAt(x: number, y: number): number;
  /** The cells around a place that may still be tried. */
  openAround(x: number, y: number): Iterable<number>;
  /** Uses up an attempt. */
  attempt(cell: number): void;
  /** No further attempts. */
  settle(cell: number): void;
  /** The point of a cell, in pixels of picture 0. */
  pointOf(cell: number): readonly [x: number, y: number];
}

export function createPropagationGrid({ width, height }: GreyPicture): PropagationGrid {
  const columns = Math.ceil(width / SPACING_PX);
  const rows = Math.ceil(height / SPACING_PX);
  const attemptsLeft = new Uint8Array(columns * rows).fill(MOST_ATTEMPTS);
  const columnAt = (x: number) => Math.min(columns - 1, Math.round(x / SPACING_PX));
  const rowAt = (y: number) => Math.min(rows - 1, Math.round(y / SPACING_PX));
  return {
    cells: columns * rows,
    cellAt: (x, y) => rowAt(y) * columns + columnAt(x),
    *openAround(x, y) {
      const [column, row] = [columnAt(x), rowAt(y)];
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
          const isItself = c === column && r === row;
          if (!isItself && attemptsLeft[r * columns + c]! > 0) yield r * columns + c;
        }
      }
    },
    attempt(cell) {
      attemptsLeft[cell]!--;
    },
    settle(cell) {
      attemptsLeft[cell] = 0;
    },
    pointOf: (cell) => [(cell % columns) * SPACING_PX, Math.floor(cell / columns) * SPACING_PX],
  };
}
