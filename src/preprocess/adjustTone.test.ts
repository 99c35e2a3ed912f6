import { describe, expect, test } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { adjustTone } from './adjustTone.ts';

const off = { equalisation: null, gamma: 1 };
const equalised = { equalisation: { clipLimit: 3, tiles: 4 }, gamma: 1 };

function noise(channels: 1 | 3, [least, most]: readonly [number, number], seed = 1) {
  const random = createRandom(seed);
  const [width, height] = [48, 40];
  const data = Float32Array.from({ length: channels * width * height }, () => random.uniform(least, most));
  return { width, height, channels, data };
}

function pixelsOf({ data }: { data: Float32Array }): readonly (readonly [number, number, number])[] {
  const plane = data.length / 3;
  return Array.from({ length: plane }, (_, k) => [data[k]!, data[plane + k]!, data[2 * plane + k]!]);
}

function lumaOf([r, g, b]: readonly [number, number, number]): number {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/** In degrees, of the HSV model. */
function hueOf([r, g, b]: readonly [number, number, number]): number {
  return (Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180) / Math.PI;
}

describe('adjustTone', () => {
  test('with everything off nothing changes, not even what resampling overshot', () => {
    for (const channels of [1, 3] as const) {
      const picture = noise(channels, [-20, 275]);
      const before = picture.data.slice();
      adjustTone(picture, picture, off);
      expect(picture.data).toEqual(before);
    }
  });

  test('a picture of one grey stays of one grey under all options together', () => {
    for (const channels of [1, 3] as const) {
      const picture = noise(channels, [90, 90]);
      adjustTone(picture, picture, { ...equalised, gamma: 1.8 });
      expect(Math.max(...picture.data) - Math.min(...picture.data)).toBeLessThan(1e-3);
    }
  });

  test('gamma is the power curve of screens: above 1 lifts the shadows and keeps black and white', () => {
    const picture = { width: 4, height: 1, channels: 1 as const, data: Float32Array.of(0, 51, 127.5, 255) };
    adjustTone(picture, picture, { ...off, gamma: 2 });
    const expected = [0, 255 * Math.sqrt(0.2), 255 * Math.sqrt(0.5), 255];
    for (const [k, level] of picture.data.entries()) expect(level).toBeCloseTo(expected[k]!, 3);
  });

  test('gammas undo one another, and so does the inverse', () => {
    const picture = noise(1, [0, 255]);
    const before = picture.data.slice();
    adjustTone(picture, picture, { ...off, gamma: 2.2 });
    adjustTone(picture, picture, { ...off, gamma: 1 / 2.2 });
    const differences = before.map((level, k) => Math.abs(level - picture.data[k]!));
    expect(Math.max(...differences)).toBeLessThan(0.01);
  });

  test('the equalisation comes first: a gamma behind it counts in full', () => {
    const picture = noise(1, [60, 120]);
    const [twice, once] = [{ ...picture, data: picture.data.slice() }, picture];
    adjustTone(once, once, equalised);
    adjustTone(once, once, { ...off, gamma: 1.5 });
    adjustTone(twice, twice, { ...equalised, gamma: 1.5 });
    const differences = once.data.map((level, k) => Math.abs(level - twice.data[k]!));
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });

  test.each([equalised, { ...off, gamma: 2.2 }, { ...off, gamma: 0.4 }])(
    'colours keep their hue, and their luma is that of the grey picture: %j',
    (tone) => {
      const picture = noise(3, [0, 255]);
      const before = pixelsOf(picture);
      const grey = { ...picture, channels: 1 as const, data: Float32Array.from(before, lumaOf) };
      adjustTone(picture, picture, tone);
      adjustTone(grey, grey, tone);
      let [worstHue, worstLuma, changed] = [0, 0, 0];
      for (const [k, pixel] of pixelsOf(picture).entries()) {
        expect(Math.min(...pixel)).toBeGreaterThanOrEqual(-1e-4);
        expect(Math.max(...pixel)).toBeLessThanOrEqual(255 + 1e-4);
        worstLuma = Math.max(worstLuma, Math.abs(lumaOf(pixel) - grey.data[k]!));
        changed = Math.max(changed, Math.abs(lumaOf(pixel) - lumaOf(before[k]!)));
        // The hue of what is nearly grey is nobody's.
        if (Math.max(...pixel) - Math.min(...pixel) < 1) continue;
        const turn = Math.abs(hueOf(pixel) - hueOf(before[k]!));
        worstHue = Math.max(worstHue, Math.min(turn, 360 - turn));
      }
      expect(changed).toBeGreaterThan(20);
      expect(worstHue).toBeLessThan(0.01);
      expect(worstLuma).toBeLessThan(0.001);
    },
  );
});
