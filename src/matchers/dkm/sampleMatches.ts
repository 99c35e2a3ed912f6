/**
 * Sparse matches drawn from dense ones, as the authors' `sample()` draws them: first four times as many by
 * certainty, where everything above a threshold counts the same, then as many as wanted by one over their
 * density, so that a richly textured corner does not take them all. Drawing again needs no run of the network.
 *
 * Drawing without replacement is a race of exponential clocks (Efraimidis and Spirakis, "Weighted random
 * sampling with a reservoir", 2006): the n smallest of -log(u) / weight. Each cell's u is a hash of the seed and
 * its place, so the same seed draws the same matches.
 */
import type { Points } from '../../geometry/coordinates.ts';
import type { DenseMatches, DenseSampling, InputMatches } from '../matcher.ts';
import { estimateDensity } from './estimateDensity.ts';

export const defaultSampling: DenseSampling = { count: 5000, seed: 0 };

/** How many matches may be drawn. */
export const sampleCounts = { least: 100, most: 20_000 } as const;

/** Certainties above count as certain. */
const certainFrom = 0.05;
/** Candidates for each match wanted. */
const expansion = 4;
/** Candidates with fewer neighbours than this are most likely wrong, and drawn only where nothing else is left. */
const leastDensity = 10;
const isolatedWeight = 1e-7;

/**
 * @returns matches of both directions in the order of their cells, at most `count`, with their raw certainties;
 *   fewer where fewer cells have any
 * @throws RangeError for a count that is not from 100 to 20,000
 */
export function sampleMatches(dense: DenseMatches, { count, seed }: DenseSampling): InputMatches {
  if (!(Number.isInteger(count) && count >= sampleCounts.least && count <= sampleCounts.most)) {
    throw new RangeError(`The number of matches to draw is from 100 to 20,000, not ${count}.`);
  }
  const cells = dense.width * dense.height;
  const certainty = (cell: number): number =>
    cell < cells ? dense.certainty0[cell]! : dense.certainty1[cell - cells]!;
  const weights = new Float32Array(2 * cells);
  weights.set(dense.certainty0);
  weights.set(dense.certainty1, cells);
  for (let cell = 0; cell < weights.length; cell++) if (weights[cell]! > certainFrom) weights[cell] = 1;
  const candidates = drawWithoutReplacement(weights, expansion * count, seed);
  const positions = positionsOf(dense, candidates);
  const density = estimateDensity(normalise(dense, positions));
  const balance = density.map((value) => (value < leastDensity ? isolatedWeight : 1 / (value + 1)));
  const drawn = drawWithoutReplacement(balance, count, seed ^ balancingSeed);

  const keypoints0 = new Float32Array(2 * drawn.length) as Points<'input'>;
  const keypoints1 = new Float32Array(2 * drawn.length) as Points<'input'>;
  for (const [k, candidate] of drawn.entries()) {
    keypoints0.set(positions.subarray(4 * candidate, 4 * candidate + 2), 2 * k);
    keypoints1.set(positions.subarray(4 * candidate + 2, 4 * candidate + 4), 2 * k);
  }
  return {
    keypoints0,
    keypoints1,
    confidence: Float32Array.from(drawn, (candidate) => certainty(candidates[candidate]!)),
  };
}

/** Makes the second draw independent of the first. */
const balancingSeed = 0x5bd1e995;

/** @returns indices of positive weights, rising; all of them where there are no more than `count` */
export function drawWithoutReplacement(weights: Float32Array, count: number, seed: number): Int32Array {
  const times = new Float32Array(weights.length).fill(Number.POSITIVE_INFINITY);
  let possible = 0;
  for (let k = 0; k < weights.length; k++) {
    if (!(weights[k]! > 0)) continue;
    times[k] = -Math.log(hashToUnit(seed, k)) / weights[k]!;
    possible++;
  }
  const wanted = Math.min(count, possible);
  const drawn = new Int32Array(wanted);
  if (wanted === 0) return drawn;
  const latest = smallest(times, wanted);
  // Of several at the very last time, the first ones.
  let ties = wanted;
  for (let k = 0; k < times.length; k++) if (times[k]! < latest) ties--;
  let next = 0;
  for (let k = 0; k < times.length && next < wanted; k++) {
    if (times[k]! < latest || (times[k] === latest && ties-- > 0)) drawn[next++] = k;
  }
  return drawn;
}

/**
 * The `rank`-th smallest of numbers that are not negative (1 for the smallest). Their bits are in the same order
 * as they are: counting the upper halves, then the lower ones within one upper half, finds it in two passes.
 */
function smallest(values: Float32Array, rank: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const upper = new Uint32Array(0x10000);
  for (let k = 0; k < bits.length; k++) upper[bits[k]! >>> 16]!++;
  const [high, before] = findRank(upper, rank);
  const lower = new Uint32Array(0x10000);
  for (let k = 0; k < bits.length; k++) if (bits[k]! >>> 16 === high) lower[bits[k]! & 0xffff]!++;
  const [low] = findRank(lower, rank - before);
  return new Float32Array(Uint32Array.of(high * 0x10000 + low).buffer)[0]!;
}

/** The bin that holds the `rank`-th entry, and how many entries lie in the bins before. */
function findRank(counts: Uint32Array, rank: number): readonly [bin: number, before: number] {
  let before = 0;
  let bin = 0;
  while (before + counts[bin]! < rank) before += counts[bin++]!;
  return [bin, before];
}

/** Uniform in (0, 1): the finaliser of MurmurHash3 on seed and index. */
function hashToUnit(seed: number, index: number): number {
  let hash = Math.imul(index + 1, 0x9e3779b9) ^ Math.imul(seed + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 0x1_0000_0000;
}

/** x0, y0, x1, y1 of each cell in input pixels; cells of picture 1 follow those of picture 0. */
function positionsOf(dense: DenseMatches, cells: Int32Array): Float32Array {
  const { width, height, cellSize } = dense;
  const count = width * height;
  const positions = new Float32Array(4 * cells.length);
  const centre = (cell: number): number => (cell + 0.5) * cellSize - 0.5;
  for (const [k, cell] of cells.entries()) {
    const isOfPicture0 = cell < count;
    const own = isOfPicture0 ? cell : cell - count;
    const warp = isOfPicture0 ? dense.warp0 : dense.warp1;
    const [here, there] = isOfPicture0 ? [0, 2] : [2, 0];
    positions[4 * k + here] = centre(own % width);
    positions[4 * k + here + 1] = centre(Math.floor(own / width));
    positions[4 * k + there] = warp[2 * own]!;
    positions[4 * k + there + 1] = warp[2 * own + 1]!;
  }
  return positions;
}

/** Pixels to [-1, 1] over the width or height, in which the authors measure density. */
function normalise({ width, height, cellSize }: DenseMatches, positions: Float32Array): Float32Array {
  const [scaleX, scaleY] = [2 / (width * cellSize), 2 / (height * cellSize)];
  return positions.map((value, k) => (value + 0.5) * (k % 2 === 0 ? scaleX : scaleY) - 1);
}
