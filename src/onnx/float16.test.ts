import { describe, expect, it } from 'vitest';
import { float32ToFloat16 } from './float16.ts';

/** The definition of IEEE 754 binary16. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

describe('float32ToFloat16', () => {
  it('returns every half-precision number that it is given', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
    const numbers = all.filter((bits) => !Number.isNaN(halfValue(bits)));
    expect(float32ToFloat16(Float32Array.from(numbers, halfValue))).toEqual(numbers);
    expect(halfValue(float32ToFloat16(Float32Array.of(Number.NaN))[0]!)).toBeNaN();
  });

  it('rounds the middle between neighbours to the even one and anything else to the nearer one', () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (halfValue(bits) + halfValue(bits + 1)) / 2;
      const [below, at, above] = float32ToFloat16(
        Float32Array.of(middle * (1 - 2 ** -22), middle, middle * (1 + 2 ** -22)),
      );
      const even = bits % 2 === 0 ? bits : bits + 1;
      if (below !== bits || at !== even || above !== bits + 1) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it('becomes infinite from the middle between the largest number and the next power of two', () => {
    expect([...float32ToFloat16(Float32Array.of(65519, 65520, -65520, 1e30))]).toEqual([
      0x7bff, 0x7c00, 0xfc00, 0x7c00,
    ]);
  });
});
