import { describe, expect, test } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { equaliseContrast } from './equaliseContrast.ts';
import clahe from './fixtures/clahe.json' with { type: 'json' };

function draw(width: number, height: number, level: (x: number, y: number) => number) {
  const data = Float32Array.from({ length: width * height }, (_, k) =>
    level(k % width, Math.floor(k / width)),
  );
  return { width, height, data };
}

describe('equaliseContrast', () => {
  test.each(clahe.cases)(
    "equals OpenCV's CLAHE: $width x $height pixels, $tiles tiles, clip limit $clipLimit",
    ({ width, height, tiles, clipLimit, levels }) => {
      const picture = draw(width, height, (x, y) => 20 + x + ((3 * x * x + 5 * x * y + 2 * y * y) % 61));
      equaliseContrast(picture, picture, { clipLimit, tiles });
      const differences = levels.map((level, k) => Math.abs(level - picture.data[k]!));
      expect(differences).toHaveLength(width * height);
      // OpenCV rounds the curves and the result, half a level each.
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    },
  );

  test('a picture of one grey stays of one grey', () => {
    for (const level of [0, 3.25, 128, 255]) {
      const picture = draw(50, 41, () => level);
      equaliseContrast(picture, picture, { clipLimit: 3, tiles: 8 });
      expect(Math.max(...picture.data) - Math.min(...picture.data)).toBeLessThan(1e-4);
    }
  });

  test('a fainter picture comes out with more contrast, but no steeper than the clip limit', () => {
    const random = createRandom(1);
    const noise = Float32Array.from({ length: 128 * 128 }, () => random.uniform(100, 120));
    for (const clipLimit of [1, 2, 4]) {
      const picture = { width: 128, height: 128, data: noise.slice() };
      equaliseContrast(picture, picture, { clipLimit, tiles: 4 });
      const contrast = (Math.max(...picture.data) - Math.min(...picture.data)) / 20;
      // Each level's share of the pixels is cut to the limit, and gets its share of what was cut.
      expect(contrast).toBeGreaterThan(0.9 * clipLimit);
      expect(contrast).toBeLessThan(clipLimit + 1);
    }
  });

  test('order is kept: one tile is one curve that never falls', () => {
    const random = createRandom(2);
    const before = Float32Array.from({ length: 64 * 48 }, () => random.uniform(0, 255));
    const picture = { width: 64, height: 48, data: before.slice() };
    equaliseContrast(picture, picture, { clipLimit: 2, tiles: 1 });
    const order = [...before.keys()].sort((a, b) => before[a]! - before[b]!);
    for (let k = 1; k < order.length; k++) {
      expect(picture.data[order[k]!]! - picture.data[order[k - 1]!]!).toBeGreaterThanOrEqual(-1e-4);
    }
  });

  test('the padding is mapped like the edge and does not change the photo', () => {
    const level = (x: number, y: number) => 60 + ((7 * x + 11 * y) % 50);
    const photo = draw(61, 43, level);
    const padded = draw(64, 48, (x, y) => level(Math.min(x, 60), Math.min(y, 42)));
    equaliseContrast(photo, photo, { clipLimit: 3, tiles: 4 });
    equaliseContrast(padded, photo, { clipLimit: 3, tiles: 4 });
    for (let y = 0; y < 43; y++) {
      expect([...padded.data.subarray(64 * y, 64 * y + 61)]).toEqual([
        ...photo.data.subarray(61 * y, 61 * (y + 1)),
      ]);
    }
    // Beyond the outermost tile centres a row is mapped by one curve a column.
    expect(padded.data[47 * 64 + 5]).toBe(padded.data[42 * 64 + 5]);
  });

  test('a picture smaller than its tiles is mapped all the same', () => {
    const picture = draw(1, 3, (_, y) => 80 * y);
    equaliseContrast(picture, picture, { clipLimit: 40, tiles: 16 });
    for (const level of picture.data) {
      expect(level).toBeGreaterThanOrEqual(0);
      expect(level).toBeLessThanOrEqual(255);
    }
  });
});
