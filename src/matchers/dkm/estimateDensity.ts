/**
 * How crowded the space of matches is around each of them: a sum of Gaussians over all matches, in the four
 * dimensions of both positions, as the authors' `kde`.
 *
 * All pairs of the 80,000 candidates for 20,000 matches are 6.4e9. Beyond four deviations a Gaussian is below
 * 4e-4 of its peak and left out: matches are sorted into a tree of boxes of all four dimensions (Bentley,
 * "Multidimensional binary search trees", 1975), and of two boxes farther apart nothing is looked at. Above
 * `mostReferences` candidates, the sum goes over a regular subset of them and is scaled up: an estimate whose
 * relative deviation is about one over the root of the neighbours counted. Half a second for the 80,000.
 */

/** Deviation of the Gaussians, in normalised coordinates. */
const deviation = 0.1;
const reach = 4 * deviation;
const mostReferences = 20_000;

/** Matches in the smallest boxes, at most: with fewer, comparing boxes takes as long as comparing matches. */
const boxCapacity = 16;

const tableSize = 4096;
/** exp(-d^2 / (2 deviation^2)) for d^2 from 0 to reach^2, at the middle of each step; the last is beyond reach. */
const gaussians = Float64Array.from({ length: tableSize + 1 }, (_, k) =>
  k === tableSize ? 0 : Math.exp((-((k + 0.5) / tableSize) * reach ** 2) / (2 * deviation ** 2)),
);
const toTable = tableSize / reach ** 2;

/**
 * @param positions [N, 4]: x0, y0, x1, y1, each in [-1, 1]
 * @returns [N], the match itself included
 */
export function estimateDensity(positions: Float32Array): Float32Array {
  const count = positions.length / 4;
  if (count === 0) return new Float32Array(0);
  const step = Math.ceil(count / mostReferences);
  const references = sortIntoBoxes(positions, step);
  const queries = step === 1 ? references : sortIntoBoxes(positions, 1);
  const sums = new Float64Array(count);
  addNeighbours(sums, queries, queries.root, references, references.root);
  const density = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const match = queries.order[k]!;
    // The match itself counts once and for sure, not `step` times or never.
    density[match] = (sums[k]! - (match % step === 0 ? gaussians[0]! : 0)) * step + 1;
  }
  return density;
}

interface BoxedMatches {
  /** Positions [n, 4], those of a box one after another. */
  readonly positions: Float32Array;
  /** Which match stands at each place. */
  readonly order: Uint32Array;
  readonly root: Box;
}

/** Places `start` to `end`, and the least and the largest of each of their coordinates. */
interface Box {
  readonly start: number;
  readonly end: number;
  readonly bounds: Float32Array;
  /** Null where the box is small enough. */
  readonly halves: readonly [Box, Box] | null;
}

/** Adds to the matches in `a` what those in `b` mean to them. */
function addNeighbours(
  sums: Float64Array,
  queries: BoxedMatches,
  a: Box,
  references: BoxedMatches,
  b: Box,
): void {
  if (squaredGap(a.bounds, b.bounds) >= reach ** 2) return;
  if (a.halves !== null && (b.halves === null || a.end - a.start >= b.end - b.start)) {
    for (const half of a.halves) addNeighbours(sums, queries, half, references, b);
  } else if (b.halves !== null) {
    for (const half of b.halves) addNeighbours(sums, queries, a, references, half);
  } else {
    addGaussians(sums, queries.positions, a, references.positions, b);
  }
}

function addGaussians(
  sums: Float64Array,
  points: Float32Array,
  { start, end }: Box,
  others: Float32Array,
  { start: first, end: last }: Box,
): void {
  for (let k = start; k < end; k++) {
    const x0 = points[4 * k]!;
    const y0 = points[4 * k + 1]!;
    const x1 = points[4 * k + 2]!;
    const y1 = points[4 * k + 3]!;
    let sum = 0;
    for (let r = 4 * first; r < 4 * last; r += 4) {
      const dx0 = others[r]! - x0;
      const dy0 = others[r + 1]! - y0;
      const dx1 = others[r + 2]! - x1;
      const dy1 = others[r + 3]! - y1;
      const at = (dx0 * dx0 + dy0 * dy0 + dx1 * dx1 + dy1 * dy1) * toTable;
      sum += gaussians[Math.min(at, tableSize) | 0]!;
    }
    sums[k]! += sum;
  }
}

/** The squared distance of two boxes; 0 where they overlap. */
function squaredGap(a: Float32Array, b: Float32Array): number {
  let squared = 0;
  for (let d = 0; d < 4; d++) {
    const gap = Math.max(b[d]! - a[d + 4]!, a[d]! - b[d + 4]!, 0);
    squared += gap * gap;
  }
  return squared;
}

/** Every `step`-th match, halved along the widest coordinate until no box holds more than `boxCapacity`. */
function sortIntoBoxes(positions: Float32Array, step: number): BoxedMatches {
  const count = Math.ceil(positions.length / 4 / step);
  const order = Uint32Array.from({ length: count }, (_, k) => k * step);
  const halve = (start: number, end: number): Box => {
    const bounds = boundsOf(positions, order, start, end);
    if (end - start <= boxCapacity) return { start, end, bounds, halves: null };
    const middle = (start + end) >> 1;
    divideAt(positions, order, start, end, middle, widestAxis(bounds));
    return { start, end, bounds, halves: [halve(start, middle), halve(middle, end)] };
  };
  const root = halve(0, count);
  const sorted = new Float32Array(4 * count);
  for (let k = 0; k < count; k++) {
    sorted.set(positions.subarray(4 * order[k]!, 4 * order[k]! + 4), 4 * k);
  }
  return { positions: sorted, order, root };
}

function boundsOf(positions: Float32Array, order: Uint32Array, start: number, end: number): Float32Array {
  const bounds = new Float32Array(8).fill(Number.POSITIVE_INFINITY, 0, 4).fill(Number.NEGATIVE_INFINITY, 4);
  for (let k = start; k < end; k++) {
    for (let d = 0; d < 4; d++) {
      const value = positions[4 * order[k]! + d]!;
      if (value < bounds[d]!) bounds[d] = value;
      if (value > bounds[d + 4]!) bounds[d + 4] = value;
    }
  }
  return bounds;
}

function widestAxis(bounds: Float32Array): number {
  const widths = [0, 1, 2, 3].map((d) => bounds[d + 4]! - bounds[d]!);
  return widths.indexOf(Math.max(...widths));
}

/** Reorders places `start` to `end` so that none before `middle` is larger than any behind (Hoare's selection). */
function divideAt(
  positions: Float32Array,
  order: Uint32Array,
  start: number,
  end: number,
  middle: number,
  axis: number,
): void {
  const valueAt = (place: number): number => positions[4 * order[place]! + axis]!;
  let [low, high] = [start, end - 1];
  while (low < high) {
    const pivot = valueAt((low + high) >> 1);
    let [left, right] = [low, high];
    while (left <= right) {
      while (valueAt(left) < pivot) left++;
      while (valueAt(right) > pivot) right--;
      if (left > right) break;
      const moved = order[left]!;
      order[left++] = order[right]!;
      order[right--] = moved;
    }
    if (middle <= right) high = right;
    else if (middle >= left) low = left;
    else return;
  }
}
