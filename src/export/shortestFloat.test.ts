import { describe, expect, it } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { roundTo, shortestFloat } from './shortestFloat.ts';

describe('shortestFloat', () => {
  it.each([0.1, 0.7, 0.25, 1, 0, 0.33333334, 1e-7, 16777216, -0.3])('writes %d as it is', (value) => {
    expect(shortestFloat(Math.fround(value))).toBe(value);
  });

  it('comes back as the same float32, never longer than nine digits', () => {
    const random = createRandom(1);
    const bits = new DataView(new ArrayBuffer(4));
    for (let k = 0; k < 20_000; k++) {
      bits.setUint32(0, Math.floor(random.next() * 2 ** 32));
      const value = k % 2 === 0 ? bits.getFloat32(0) : Math.fround(random.next());
      if (!Number.isFinite(value)) continue;
      const short = shortestFloat(value);
      expect(Math.fround(short)).toBe(value);
      expect(
        String(short)
          .replace(/^-?0\.0*|e.*|[-.]/g, '')
          .replace(/0+$/, '').length,
      ).toBeLessThanOrEqual(9);
    }
  });
});

describe('roundTo', () => {
  it('keeps a thousandth of a pixel, also in photos of 12,000 pixels', () => {
    expect(roundTo(Math.fround(11_999.123), 3)).toBe(11_999.123);
    expect(roundTo(-0.4996, 3)).toBe(-0.5);
    expect(roundTo(12.0004999, 3)).toBe(12);
  });
});
