/**
 * Finds the line under the pointer among many thousands. A long slanted line has a bounding box that meets
 * every query, so lines are cut into short pieces and the pieces go into a packed Hilbert R-tree (flatbush).
 * The index is in stage coordinates and knows all matches: zoom and filters do not rebuild it.
 */
import Flatbush from 'flatbush';

export interface LineIndex {
  /**
   * The accepted line nearest to (x, y) within `radius`. Ends come first: where an end is within reach, the
   * nearest end decides, since people point at features; otherwise the nearest line. Equal distances go to the
   * lower index, the more confident match.
   */
  nearest(x: number, y: number, radius: number, accept: (index: number) => boolean): number | null;
}

/** Length of a piece in stage pixels: short enough for tight boxes, long enough for a quick build. */
const PIECE_LENGTH = 64;

/** @param ends x0, y0, x1, y1 a line, in stage coordinates */
export function indexLines(ends: Float32Array): LineIndex {
  const lineCount = ends.length >> 2;
  const pieceCounts = new Uint32Array(lineCount);
  let total = 0;
  for (let line = 0; line < lineCount; line++) {
    const [x0, y0, x1, y1] = lineAt(ends, line);
    const pieces = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / PIECE_LENGTH));
    pieceCounts[line] = pieces;
    total += pieces;
  }
  // A packed tree cannot be empty.
  if (total === 0) return { nearest: () => null };

  const lineOfPiece = new Uint32Array(total);
  const tree = new Flatbush(total, 16, Float32Array);
  let piece = 0;
  for (let line = 0; line < lineCount; line++) {
    const [x0, y0, x1, y1] = lineAt(ends, line);
    const pieces = pieceCounts[line]!;
    const [stepX, stepY] = [(x1 - x0) / pieces, (y1 - y0) / pieces];
    for (let k = 0; k < pieces; k++) {
      const [ax, ay] = [x0 + k * stepX, y0 + k * stepY];
      const [bx, by] = [ax + stepX, ay + stepY];
      tree.add(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by));
      lineOfPiece[piece++] = line;
    }
  }
  tree.finish();

  return {
    nearest(x, y, radius, accept) {
      // A hair wider than asked: the tree's boxes are rounded to single precision.
      const reach = radius + 0.01;
      const pieces = tree.search(x - reach, y - reach, x + reach, y + reach, (found) =>
        accept(lineOfPiece[found]!),
      );
      const limit = radius * radius;
      let best: number | null = null;
      let bestIsEnd = false;
      let bestDistance = Number.POSITIVE_INFINITY;
      for (const found of pieces) {
        const line = lineOfPiece[found]!;
        const [x0, y0, x1, y1] = lineAt(ends, line);
        const toEnd = Math.min(squared(x - x0, y - y0), squared(x - x1, y - y1));
        const isEnd = toEnd <= limit;
        if (bestIsEnd && !isEnd) continue;
        const distance = isEnd ? toEnd : squaredDistanceToSegment(x, y, x0, y0, x1, y1);
        if (distance > limit) continue;
        const better =
          (isEnd && !bestIsEnd) || distance < bestDistance || (distance === bestDistance && line < best!);
        if (!better) continue;
        best = line;
        bestIsEnd = isEnd;
        bestDistance = distance;
      }
      return best;
    },
  };
}

function lineAt(ends: Float32Array, line: number): readonly [number, number, number, number] {
  const at = 4 * line;
  return [ends[at]!, ends[at + 1]!, ends[at + 2]!, ends[at + 3]!];
}

function squared(dx: number, dy: number): number {
  return dx * dx + dy * dy;
}

function squaredDistanceToSegment(
  x: number,
  y: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1);
  return squared(x - x0 - along * dx, y - y0 - along * dy);
}
