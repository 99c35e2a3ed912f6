import { describe, expect, test } from 'vitest';
import { CovisError } from '../reporting/covisError.ts';
import { createRandom } from '../testing/random.ts';
import { comparableLongEdge, fitInput, fitSharedCanvas } from './fitInput.ts';

function failure(run: () => unknown): CovisError {
  try {
    run();
  } catch (error) {
    if (error instanceof CovisError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('fitInput', () => {
  test('the long side becomes the long edge, padded by at most one cell less one pixel', () => {
    const random = createRandom(1);
    for (let round = 0; round < 1000; round++) {
      const photo = { width: random.integer(300, 12_000), height: random.integer(300, 12_000) };
      const longEdge = random.integer(320, 1600);
      const fit = fitInput(photo, longEdge, 8);
      const long = Math.max(photo.width, photo.height);
      expect(fit.scale).toBe(Math.min(2 * long, longEdge) / long);
      expect(Math.max(fit.content.width, fit.content.height)).toBe(Math.min(2 * long, longEdge));
      for (const side of ['width', 'height'] as const) {
        expect(fit.content[side]).toBeCloseTo(photo[side] * fit.scale, 9);
        expect(fit[side] % 8).toBe(0);
        expect(fit[side] - fit.content[side]).toBeGreaterThanOrEqual(0);
        expect(fit[side] - fit.content[side]).toBeLessThan(8);
      }
    }
  });

  test('a long edge that is a multiple gets no padding from a rounding error', () => {
    for (let long = 641; long < 6000; long++) {
      expect(fitInput({ width: long, height: 641 }, 640, 8).width).toBe(640);
    }
  });

  test('a small photo is enlarged, but never beyond twice its size', () => {
    expect(fitInput({ width: 400, height: 320 }, 640, 8)).toEqual({
      scale: 1.6,
      width: 640,
      height: 512,
      content: { width: 640, height: 512 },
    });
    expect(fitInput({ width: 100, height: 61 }, 640, 8)).toEqual({
      scale: 2,
      width: 200,
      height: 128,
      content: { width: 200, height: 122 },
    });
    expect(fitInput({ width: 8, height: 8 }, 640, 8)).toMatchObject({ scale: 2, width: 16, height: 16 });
  });

  test('a photo smaller than one cell is refused with what to do', () => {
    for (const photo of [
      { width: 1, height: 1 },
      { width: 7, height: 9 },
      { width: 4000, height: 7 },
    ]) {
      const error = failure(() => fitInput(photo, 640, 8));
      expect(error).toMatchObject({ stage: 'preprocess', code: 'photo-too-small' });
      expect(error.message).toContain(`${photo.width} × ${photo.height} pixels`);
      expect(error.message).toContain('at least 8 pixels on each side');
    }
  });

  test('a strip too thin for the input is refused and the long edge it names is enough', () => {
    for (const photo of [
      { width: 20, height: 4000 },
      { width: 4000, height: 20 },
      { width: 9, height: 3001 },
    ]) {
      const error = failure(() => fitInput(photo, 640, 8));
      expect(error).toMatchObject({ stage: 'preprocess', code: 'photo-too-narrow' });
      const named = Number(/at least (\d+) pixels/.exec(error.message)?.[1]);
      expect(failure(() => fitInput(photo, named - 1, 8)).code).toBe('photo-too-narrow');
      const fit = fitInput(photo, named, 8);
      expect(Math.min(fit.content.width, fit.content.height)).toBeGreaterThanOrEqual(8);
    }
  });
});

describe('comparableLongEdge', () => {
  const square = (side: number) => ({ width: side, height: side });

  test('is the one asked for where both photos reach it, or nearly so', () => {
    for (const smaller of [6000, 640, 320, 214]) {
      expect(comparableLongEdge([square(smaller), square(6000)], 640, 8)).toBe(640);
      expect(comparableLongEdge([square(6000), square(smaller)], 640, 8)).toBe(640);
    }
    expect(comparableLongEdge([square(60), square(60)], 100, 8)).toBe(100);
  });

  test('brings a photo of 6000 pixels near to one of 60, which is enlarged as ever', () => {
    const photos = [
      { width: 60, height: 45 },
      { width: 6000, height: 4000 },
    ] as const;
    const longEdge = comparableLongEdge(photos, 640, 8);
    expect(longEdge).toBe(180);
    expect(fitInput(photos[0], longEdge, 8).content).toEqual({ width: 120, height: 90 });
    expect(fitInput(photos[1], longEdge, 8).content).toEqual({ width: 180, height: 120 });
    expect(fitSharedCanvas(photos, comparableLongEdge(photos, 720, 32), 32, 1.6)).toEqual({
      first: { width: 192, height: 128 },
      fine: { width: 288, height: 192 },
    });
  });

  test('never makes a photo too narrow that the long edge asked for leaves wide enough', () => {
    const photos = [square(20), { width: 6000, height: 100 }] as const;
    const longEdge = comparableLongEdge(photos, 640, 8);
    expect(longEdge).toBe(480);
    expect(fitInput(photos[1], longEdge, 8).height).toBe(8);
  });

  test('leaves it to the fit to refuse a photo, and its sentence to hold', () => {
    const tiny = [square(5), square(6000)] as const;
    const longEdge = comparableLongEdge(tiny, 640, 8);
    expect(failure(() => fitInput(tiny[0], longEdge, 8)).code).toBe('photo-too-small');
    const strip = [square(100), { width: 6000, height: 50 }] as const;
    const refused = failure(() => fitInput(strip[1], comparableLongEdge(strip, 640, 8), 8));
    const named = Number(/at least (\d+) pixels/.exec(refused.message)?.[1]);
    expect(fitInput(strip[1], comparableLongEdge(strip, named, 8), 8).height).toBe(8);
  });
});
