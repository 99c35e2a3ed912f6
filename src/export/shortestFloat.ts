/**
 * Single-precision numbers as short decimals: a float32 written as the double it widens to drags along digits
 * that mean nothing (0.1 becomes 0.10000000149011612).
 */

/** The shortest decimal number that rounds to the same float32. */
export function shortestFloat(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  // Nine digits always tell one float32 from the next.
  return Number(value.toPrecision(9));
}

/** Rounds to a number of decimals; 3 keep a thousandth of a pixel. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
