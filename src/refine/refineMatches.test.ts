import { describe, expect, it } from 'vitest';
import type { Points } from '../geometry/coordinates.ts';
import type { Matrix3 } from '../geometry/matrix3.ts';
import {
  errorsOf,
  gridMatches,
  height,
  photograph,
  photographOf,
  picture0,
  quantile,
  width,
} from '../testing/exactPictures.ts';
import { createRandom } from '../testing/random.ts';
import type { RefinementContext } from './breaks.ts';
import { refineMatches } from './refineMatches.ts';

const context: RefinementContext = { signal: new AbortController().signal, report: () => {} };
const still: Matrix3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

const motions: Readonly<Record<string, Matrix3>> = {
  'a shift by parts of a pixel': [1, 0, 3.37, 0, 1, -2.81, 0, 0, 1],
  'a turn by 40 degrees and a scale of 1.2': [0.919, -0.771, 105, 0.771, 0.919, -105, 0, 0, 1],
  'a strong perspective': [0.8, 0.1, 20, -0.08, 0.9, 22, -6e-4, 4e-4, 1],
};

describe('refineMatches', () => {
  it.each(Object.entries(motions))(
    'finds the truth to a twentieth of a pixel under %s',
    async (_, matrix) => {
      const { keypoints0, keypoints1, truth } = gridMatches(matrix, 1.5);
      const found = await refineMatches(
        { pictures: [picture0, photographOf(matrix)], keypoints0, keypoints1 },
        context,
      );
      const errors = errorsOf(found.keypoints1, truth);
      const ofRefined = errors.filter((_error, k) => found.maps[k]);
      expect(quantile(errorsOf(keypoints1, truth), 0.5)).toBeGreaterThan(1);
      expect(ofRefined.length).toBeGreaterThan(0.95 * errors.length);
      expect(quantile(ofRefined, 0.5)).toBeLessThan(0.05);
      expect(quantile(ofRefined, 0.95)).toBeLessThan(0.15);
    },
  );

  it('does not mind other brightness and contrast', async () => {
    const matrix = motions['a strong perspective']!;
    const { keypoints0, keypoints1, truth } = gridMatches(matrix, 1.5);
    const plain = photographOf(matrix);
    const dim = { ...plain, data: plain.data.map((value) => 0.1 + 0.3 * value) };
    const found = await refineMatches({ pictures: [picture0, dim], keypoints0, keypoints1 }, context);
    expect(quantile(errorsOf(found.keypoints1, truth), 0.5)).toBeLessThan(0.05);
  });

  it('leaves places that are exact where they are', async () => {
    const { keypoints0, truth } = gridMatches(still, 0);
    const found = await refineMatches(
      { pictures: [picture0, picture0], keypoints0, keypoints1: truth },
      context,
    );
    expect(found.maps).not.toContain(null);
    expect(Math.max(...errorsOf(found.keypoints1, truth))).toBeLessThan(1e-3);
  });

  it('does not refine what shows nothing, and leaves it untouched', async () => {
    const grey = photograph(() => 0.5);
    const { keypoints0, keypoints1 } = gridMatches(still, 1.5);
    const found = await refineMatches({ pictures: [grey, grey], keypoints0, keypoints1 }, context);
    expect(found.maps.every((map) => map === null)).toBe(true);
    expect(found.keypoints1).toEqual(keypoints1);
  });

  it('does not refine false matches, nor let them disturb the others', async () => {
    const { keypoints0, keypoints1, truth } = gridMatches(still, 1);
    const random = createRandom(9);
    const isFalse = Array.from({ length: truth.length / 2 }, () => random.next() < 0.3);
    for (const [k, wrong] of isFalse.entries()) {
      if (wrong) keypoints1.set([random.uniform(20, width - 20), random.uniform(20, height - 20)], 2 * k);
    }
    const found = await refineMatches({ pictures: [picture0, picture0], keypoints0, keypoints1 }, context);
    const errors = errorsOf(found.keypoints1, truth);
    const count = (wrong: boolean) =>
      isFalse.filter((flag, k) => flag === wrong && found.maps[k] && errors[k]! < 0.3).length;
    const refinedTo = (wrong: boolean) => isFalse.filter((flag, k) => flag === wrong && found.maps[k]).length;
    const right = isFalse.filter((wrong) => !wrong).length;
    expect(count(false)).toBeGreaterThan(0.95 * right);
    expect(refinedTo(true) - count(true)).toBeLessThan(0.05 * (isFalse.length - right));
  });

  it('gives nothing for no matches, and leaves a few without neighbours as they are', async () => {
    const nothing = new Float32Array() as Points<'input'>;
    const none = await refineMatches(
      { pictures: [picture0, picture0], keypoints0: nothing, keypoints1: nothing },
      context,
    );
    expect([none.keypoints1.length, none.maps.length]).toEqual([0, 0]);
    const few = Float32Array.of(50, 50, 100, 90, 200, 120) as Points<'input'>;
    const left = await refineMatches(
      { pictures: [picture0, picture0], keypoints0: few, keypoints1: few },
      context,
    );
    expect(left.maps).toEqual([null, null, null]);
    expect(left.keypoints1).toEqual(few);
  });

  it('keeps to pictures of one pixel and to places at their corners', async () => {
    const corners = Float32Array.of(0, 0, 319, 0, 0, 239, 319, 239, 160, 0, 0, 120) as Points<'input'>;
    const dot = { width: 1, height: 1, data: Float32Array.of(0.4) };
    for (const picture of [picture0, dot]) {
      const found = await refineMatches(
        { pictures: [picture0, picture], keypoints0: corners, keypoints1: corners },
        context,
      );
      expect(found.keypoints1.every(Number.isFinite)).toBe(true);
    }
  });

  it('stops at a signal and tells how far it is', async () => {
    const controller = new AbortController();
    const { keypoints0, keypoints1 } = gridMatches(still, 1);
    const shares: number[] = [];
    const many = (points: Points<'input'>) => {
      const repeated = new Float32Array(12 * points.length) as Points<'input'>;
      for (let k = 0; k < 12; k++) repeated.set(points, k * points.length);
      return repeated;
    };
    const run = refineMatches(
      { pictures: [picture0, picture0], keypoints0: many(keypoints0), keypoints1: many(keypoints1) },
      {
        signal: controller.signal,
        report(share) {
          shares.push(share);
          controller.abort();
        },
      },
    );
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(shares[0]).toBeLessThan(1);
  });
});
