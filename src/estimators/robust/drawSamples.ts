/**
 * Which matches a minimal sample holds: any with equal chance, or promising ones first.
 *
 * PROSAC (Chum and Matas, "Matching with PROSAC - progressive sample consensus", CVPR 2005) draws from a growing
 * set of the best matches, in the pace at which uniform sampling would have drawn from it, and ends up uniform:
 * a wrong order costs time, never the result.
 */
import type { RandomNumbers } from './randomNumbers.ts';

/** Writes the indices of one sample, all different. */
export type DrawSample = (sample: Int32Array) => void;

export function drawUniformly(count: number, random: RandomNumbers): DrawSample {
  return (sample) => fill(sample, sample.length, count, random, null);
}

/** @param members indices of the matches to draw from, more than a sample holds */
export function drawAmong(members: Int32Array, random: RandomNumbers): DrawSample {
  return (sample) => fill(sample, sample.length, members.length, random, members);
}

/** The first set holds this many samples' worth of matches. */
const firstSamples = 3;

/**
 * @param order indices of all matches, the most promising first
 * @param draws after which all matches have the same chance; every doubling of the set takes as many
 */
export function drawProgressively(
  order: Int32Array,
  sampleSize: number,
  draws: number,
  random: RandomNumbers,
): DrawSample {
  const start = Math.min(order.length, firstSamples * sampleSize);
  const growth = (order.length / start) ** (1 / draws);
  let size = start;
  return (sample) => {
    fill(sample, sampleSize, Math.floor(size), random, order);
    size = Math.min(order.length, size * growth);
  };
}

function fill(
  sample: Int32Array,
  wanted: number,
  limit: number,
  random: RandomNumbers,
  order: Int32Array | null,
): void {
  for (let k = 0; k < wanted; k++) {
    const rank = random.below(limit);
    const index = order === null ? rank : order[rank]!;
    if (sample.subarray(0, k).includes(index)) k--;
    else sample[k] = index;
  }
}

/** From `first` alone for some draws; then from both in turn. @param second made when first needed */
export function drawInTurns(
  first: DrawSample,
  createSecond: () => DrawSample,
  drawsOfFirst: number,
): DrawSample {
  let second: DrawSample | null = null;
  let drawn = 0;
  return (sample) => {
    drawn++;
    if (drawn <= drawsOfFirst || drawn % 2 === 0) {
      first(sample);
      return;
    }
    second ??= createSecond();
    second(sample);
  };
}
