/** Seeded random numbers for sampling: Marsaglia's xorshift32 ("Xorshift RNGs", 2003). */

export interface RandomNumbers {
  /** A whole number, uniform from 0 to `limit` - 1. */
  below(limit: number): number;
}

/** @param seed any whole number; only its low 32 bits count */
export function createRandomNumbers(seed: number): RandomNumbers {
  // Xorshift never leaves 0; an odd multiplier keeps neighbouring seeds apart.
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  // The first numbers of small seeds are alike.
  for (let k = 0; k < 8; k++) next();
  return { below: (limit) => Math.floor((next() / 4294967296) * limit) };
}

/** 0 to `count` - 1 in random order (Fisher and Yates). */
export function randomPermutation(count: number, random: RandomNumbers): Int32Array {
  const order = Int32Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = random.below(k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}
