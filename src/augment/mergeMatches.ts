/**
 * The matches of several views as one list. What two views found alike is one match: the surest of them counts,
 * with its own place and confidence, and how many views agree is kept. Nothing is averaged: a mean of two places
 * is a place that no network saw.
 */
import { orderFalling, type Points, pickPoints } from '../geometry/coordinates.ts';

/** N matches in pixels of the two photos. */
export interface PhotoMatches {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  readonly confidence: Float32Array;
}

export interface MergedMatches extends PhotoMatches {
  /** Index of the view whose match it is. */
  readonly view: Uint8Array;
  /** How many views found it. */
  readonly support: Uint8Array;
  /** For each view, how many of the matches no view before had found. */
  readonly added: readonly number[];
}

/**
 * A match absorbs at most one match of each other view and none of its own, so that a view's matches are never
 * thinned by themselves.
 *
 * @param views at most 32, in the order that breaks ties
 * @param radiiPx how far apart two matches may lie in either photo to be one, in its pixels
 * @returns matches by falling confidence
 */
export function mergeMatches(
  views: readonly PhotoMatches[],
  radiiPx: readonly [number, number],
): MergedMatches {
  const all = concatenate(views);
  const order = orderFalling(all.confidence);
  const grid = createGrid(radiiPx[0]);
  const kept: number[] = [];
  /** Bit v: view v found it; by position in `kept`. */
  const foundBy: number[] = [];

  for (const k of order) {
    const bit = 1 << all.view[k]!;
    let [nearest, distance] = [-1, Number.POSITIVE_INFINITY];
    grid.visitNear(all.keypoints0[2 * k]!, all.keypoints0[2 * k + 1]!, (position) => {
      if ((foundBy[position]! & bit) !== 0) return;
      const own = relativeDistance(all, k, kept[position]!, radiiPx);
      if (own <= 1 && own < distance) [nearest, distance] = [position, own];
    });
    if (nearest >= 0) {
      foundBy[nearest]! |= bit;
    } else {
      grid.add(all.keypoints0[2 * k]!, all.keypoints0[2 * k + 1]!, kept.length);
      kept.push(k);
      foundBy.push(bit);
    }
  }

  const added = views.map(() => 0);
  for (const bits of foundBy) added[lowestBit(bits)]!++;
  return {
    keypoints0: pickPoints(all.keypoints0, kept),
    keypoints1: pickPoints(all.keypoints1, kept),
    confidence: Float32Array.from(kept, (k) => all.confidence[k]!),
    view: Uint8Array.from(kept, (k) => all.view[k]!),
    support: Uint8Array.from(foundBy, countBits),
    added,
  };
}

function concatenate(views: readonly PhotoMatches[]): PhotoMatches & { readonly view: Uint8Array } {
  const count = views.reduce((sum, { confidence }) => sum + confidence.length, 0);
  const keypoints0 = new Float32Array(2 * count) as Points<'photo'>;
  const keypoints1 = new Float32Array(2 * count) as Points<'photo'>;
  const confidence = new Float32Array(count);
  const view = new Uint8Array(count);
  let from = 0;
  for (const [index, matches] of views.entries()) {
    keypoints0.set(matches.keypoints0, 2 * from);
    keypoints1.set(matches.keypoints1, 2 * from);
    confidence.set(matches.confidence, from);
    view.fill(index, from, from + matches.confidence.length);
    from += matches.confidence.length;
  }
  return { keypoints0, keypoints1, confidence, view };
}

/** The larger of the two squared distances, each as a multiple of its squared radius. */
function relativeDistance(
  { keypoints0, keypoints1 }: PhotoMatches,
  a: number,
  b: number,
  [radius0, radius1]: readonly [number, number],
): number {
  return Math.max(
    squaredDistance(keypoints0, a, b) / radius0 ** 2,
    squaredDistance(keypoints1, a, b) / radius1 ** 2,
  );
}

function squaredDistance(points: Points<'photo'>, a: number, b: number): number {
  return (points[2 * a]! - points[2 * b]!) ** 2 + (points[2 * a + 1]! - points[2 * b + 1]!) ** 2;
}

/** Cells as wide as the radius: what is near lies in a cell or in one of its neighbours. */
function createGrid(radiusPx: number) {
  const cells = new Map<number, number[]>();
  // More columns than any photo has; a number is a far quicker key than a text.
  const keyOf = (column: number, row: number) => row * 0x4000000 + column;
  const cellOf = (x: number) => Math.floor(x / radiusPx);
  return {
    add(x: number, y: number, entry: number): void {
      const key = keyOf(cellOf(x), cellOf(y));
      const cell = cells.get(key);
      if (cell) cell.push(entry);
      else cells.set(key, [entry]);
    },
    visitNear(x: number, y: number, visit: (entry: number) => void): void {
      const [column, row] = [cellOf(x), cellOf(y)];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) cells.get(keyOf(column + dx, row + dy))?.forEach(visit);
      }
    },
  };
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}
