import { describe, expect, it } from 'vitest';
import type { Matrix3 } from '../geometry/matrix3.ts';
import {
  errorsOf,
  gridMatches,
  photograph,
  photographOf,
  picture0,
  quantile,
} from '../testing/exactPictures.ts';
import { createRandom } from '../testing/random.ts';
import { refineCloser } from './refineCloser.ts';

const context = { signal: new AbortController().signal, report: () => {} };
/** A turn by 10 degrees and a scale of 1.1, from the upper left. */
const turned: Matrix3 = [1.083, -0.191, 40, 0.191, 1.083, -35, 0, 0, 1];
const turnedMap = Float64Array.of(0, 0, 1.083, -0.191, 0.191, 1.083);

describe('refineCloser', () => {
  it('finds places to a fiftieth of a pixel from how they lay in coarser pictures', async () => {
    const { keypoints0, keypoints1, truth } = gridMatches(turned, 1);
    const matched = { pictures: [picture0, photographOf(turned)], keypoints0, keypoints1 } as const;
    const maps = Array.from({ length: truth.length / 2 }, () => turnedMap);
    const places = await refineCloser(matched, maps, context);
    expect(places.filter((place) => place).length).toBeGreaterThan(0.98 * places.length);
    const moved = keypoints1.slice() as typeof keypoints1;
    for (const [k, place] of places.entries()) moved.set(place ?? truth.subarray(2 * k, 2 * k + 2), 2 * k);
    expect(quantile(errorsOf(keypoints1, truth), 0.5)).toBeGreaterThan(0.5);
    expect(quantile(errorsOf(moved, truth), 0.95)).toBeLessThan(0.02);
    // The maps of the coarser pictures are not its to change.
    expect([...turnedMap]).toEqual([0, 0, 1.083, -0.191, 0.191, 1.083]);
  });

  it('leaves what was not refined, and what looks other from nearby', async () => {
    const { keypoints0, keypoints1 } = gridMatches(turned, 0);
    const count = keypoints0.length / 2;
    const random = createRandom(4);
    const noise = photograph(() => random.next());
    const isKnown = Array.from({ length: count }, (_, k) => k % 2 === 0);
    const right = { pictures: [picture0, photographOf(turned)], keypoints0, keypoints1 } as const;
    const maps = isKnown.map((known) => (known ? turnedMap : null));
    const places = await refineCloser(right, maps, context);
    expect(places.map((place) => place !== null)).toEqual(isKnown);
    const other = await refineCloser({ ...right, pictures: [picture0, noise] }, maps, context);
    expect(other).toEqual(isKnown.map(() => null));
  });

  it('gives nothing for no matches, and stops when it is told to', async () => {
    const { keypoints0, keypoints1 } = gridMatches(turned, 0);
    const matched = { pictures: [picture0, photographOf(turned)], keypoints0, keypoints1 } as const;
    expect(await refineCloser(matched, [], context)).toEqual([]);
    const maps = Array.from({ length: 20_000 }, () => turnedMap);
    const many = {
      ...matched,
      keypoints0: repeat(keypoints0, 20_000),
      keypoints1: repeat(keypoints1, 20_000),
    };
    const controller = new AbortController();
    const running = refineCloser(many, maps, { signal: controller.signal, report: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

function repeat<T extends Float32Array>(points: T, count: number): T {
  return Float32Array.from({ length: 2 * count }, (_, k) => points[k % points.length]!) as T;
}
