/**
 * Seeded random numbers for tests and rendered scenes: the same seed gives the same numbers everywhere.
 *
 * Mulberry32 (Tommy Ettinger): 32 bits of state, period 2^32, good enough for drawings and property tests,
 * never for anything secret.
 */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** A whole number, uniform in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
  /** One entry of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
}

/** @param seed a whole number; only its low 32 bits count */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    // Box and Muller; 1 - next() is never 0, so the logarithm is finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick(list) {
      if (list.length === 0) throw new RangeError('There is nothing to pick from an empty list.');
      return list[Math.floor(list.length * next())]!;
    },
  };
}
