import { describe, expect, it } from 'vitest';
import { type Points, resizeTransform } from '../geometry/coordinates.ts';
import type { PhotoWarp } from './pairDense.ts';
import { warpPicture } from './warpPicture.ts';

/** A photo of 40 x 20 pixels whose red grows with x and whose green grows with y, shown at half its size. */
const photo = { width: 40, height: 20 };
const half = (() => {
  const [width, height] = [20, 10];
  const data = new Uint8ClampedArray(4 * width * height);
  for (let k = 0; k < width * height; k++) {
    // The centre of pixel k of the half picture lies at 2 k + 0.5 in the photo.
    data.set([5 * (2 * (k % width) + 0.5), 10 * (2 * Math.floor(k / width) + 0.5), 7, 255], 4 * k);
  }
  return { width, height, data };
})();

function oneCell(x: number, y: number, certainty: number): PhotoWarp {
  return {
    width: 1,
    height: 1,
    cellToPhoto: resizeTransform(1),
    warp: Float32Array.of(x, y) as Points<'photo'>,
    certainty: Float32Array.of(certainty),
  };
}

describe('warpPicture', () => {
  it('takes the colour of the matched point, to the half pixel, as opaque as it is certain', () => {
    const [red, green, blue, alpha] = warpPicture(oneCell(11, 6, 0.6), half, photo);
    expect(Math.abs(red! - 55)).toBeLessThanOrEqual(1);
    expect(Math.abs(green! - 60)).toBeLessThanOrEqual(1);
    expect([blue, alpha]).toEqual([7, 153]);
  });

  it('stays inside the picture at its edges', () => {
    expect([...warpPicture(oneCell(-9, -9, 1), half, photo)]).toEqual([...half.data.subarray(0, 4)]);
    expect([...warpPicture(oneCell(99, 99, 1), half, photo)]).toEqual([...half.data.subarray(-4)]);
  });

  it('leaves out what has no certainty', () => {
    expect([...warpPicture(oneCell(11, 6, 0), half, photo)]).toEqual([0, 0, 0, 0]);
  });
});
