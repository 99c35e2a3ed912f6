import { describe, expect, it } from 'vitest';
import { positionEncoding } from './positionEncoding.ts';

const grid = { width: 5, height: 3 };

/** Value of one channel at a cell. */
function valueAt(encoding: Float32Array, channels: number, x: number, y: number, channel: number): number {
  return encoding[(y * grid.width + x) * channels + channel]!;
}

describe('positionEncoding', () => {
  it('puts sine and cosine of x and of y in fours, counting from 1', () => {
    const encoding = positionEncoding(grid, 8, true);
    const second = Math.exp((-2 * Math.log(10000)) / 4);
    const expected = [1, 2].flatMap((_, k) => {
      const frequency = k === 0 ? 1 : second;
      return [
        Math.sin(4 * frequency),
        Math.cos(4 * frequency),
        Math.sin(3 * frequency),
        Math.cos(3 * frequency),
      ];
    });
    const found = expected.map((_, channel) => valueAt(encoding, 8, 3, 2, channel));
    for (const [channel, value] of expected.entries()) expect(found[channel]).toBeCloseTo(value, 6);
  });

  it('repeats the first weights, whose exponent fell to a whole number', () => {
    const encoding = positionEncoding(grid, 256, false);
    // floor((-log(10000) / 256) / 2) is -1, so the second four have the frequency exp(-2).
    expect(valueAt(encoding, 256, 0, 0, 4)).toBeCloseTo(Math.sin(Math.exp(-2)), 6);
    expect(valueAt(encoding, 256, 0, 0, 8)).toBeCloseTo(Math.sin(Math.exp(-4)), 6);
    expect(positionEncoding(grid, 256, true)).not.toEqual(encoding);
  });
});
