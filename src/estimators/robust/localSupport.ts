/**
 * Which matches have neighbours that move along: matches close to it in both photos. Correct matches of one
 * surface keep each other company, wrong ones do so only by chance (Bian et al., "GMS: grid-based motion
 * statistics for fast, ultra-robust feature correspondence", CVPR 2017). Where nearly all matches are wrong,
 * this tells more than their confidence.
 */
import type { WorkingMatches } from './workingMatches.ts';

/** How far a neighbour may be, over the extent of the matches. */
const neighbourhood = 0.05;
/** Cells of the grid over photo 0, each way; a cell is as wide as the neighbourhood. */
const cells = Math.round(1 / neighbourhood);
/** Enough to know a good match by: beyond, confidence tells more. */
const mostNeighbours = 30;

/** Indices of all matches by falling number of neighbours; ties in the given order. */
export function orderByLocalSupport({ points, count }: WorkingMatches, order: Int32Array): Int32Array {
  const places = placesInPhotos(points);
  const cellOf = (k: number, axis: 0 | 1) => Math.min(cells - 1, Math.floor(places[4 * k + axis]! * cells));
  const members = Array.from({ length: cells * cells }, (): number[] => []);
  for (let k = 0; k < count; k++) members[cells * cellOf(k, 1) + cellOf(k, 0)]!.push(k);

  const support = new Int32Array(count);
  for (let k = 0; k < count; k++) {
    const [column, row] = [cellOf(k, 0), cellOf(k, 1)];
    let found = 0;
    for (let r = Math.max(0, row - 1); r <= Math.min(cells - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(cells - 1, column + 1); c++) {
        for (const other of members[cells * r + c]!) if (areNeighbours(places, k, other)) found++;
      }
    }
    support[k] = Math.min(found, mostNeighbours);
  }
  const rank = new Int32Array(count);
  order.forEach((k, position) => {
    rank[k] = position;
  });
  return order.toSorted((a, b) => support[b]! - support[a]! || rank[a]! - rank[b]!);
}

/** x0, y0, x1, y1 of every match over the extent of the matches in that photo, 0 to 1. */
function placesInPhotos(points: Float64Array): Float64Array {
  const places = new Float64Array(points.length);
  for (let axis = 0; axis < 4; axis++) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = axis; k < points.length; k += 4) {
      low = Math.min(low, points[k]!);
      high = Math.max(high, points[k]!);
    }
    const scale = high > low ? 1 / (high - low) : 0;
    for (let k = axis; k < points.length; k += 4) places[k] = (points[k]! - low) * scale;
  }
  return places;
}

function areNeighbours(places: Float64Array, a: number, b: number): boolean {
  for (let axis = 0; axis < 4; axis++) {
    if (!(Math.abs(places[4 * a + axis]! - places[4 * b + axis]!) < neighbourhood)) return false;
  }
  return true;
}
