import { describe, expect, it } from 'vitest';
import { createEpipolarMatches } from '../../testing/epipolarMatches.ts';
import { createRandom } from '../../testing/random.ts';
import { estimateEssential } from '../essential/estimateEssential.ts';
import { estimateFundamental } from '../fundamental/estimateFundamental.ts';
import { createHomographyEstimator } from '../homography/createHomographyEstimator.ts';
import { defaultEstimationSettings } from '../registry.ts';
import { countIndependent } from './independentSupport.ts';

/** Wrong matches as a matcher makes them: patches of neighbours, 8 pixels apart, that move along with one another. */
function createPatches(patches: number, seed: number) {
  const random = createRandom(seed);
  const keypoints0: number[] = [];
  const keypoints1: number[] = [];
  for (let patch = 0; patch < patches; patch++) {
    const [x0, y0, x1, y1] = [640, 480, 640, 480].map((side) => random.uniform(0, side - 24)) as [
      ...[number, number, number, number],
    ];
    for (let k = 0; k < 9; k++) {
      const [column, row] = [8 * (k % 3), 8 * Math.floor(k / 3)];
      keypoints0.push(x0 + column, y0 + row);
      keypoints1.push(x1 + column + 0.5 * random.normal(), y1 + row + 0.5 * random.normal());
    }
  }
  return { keypoints0: Float32Array.from(keypoints0), keypoints1: Float32Array.from(keypoints1) };
}

describe('agreement of patches of wrong matches', () => {
  it.each([1, 2, 3])('is no more than chance, however many matches a patch has: seed %d', (seed) => {
    const { keypoints0, keypoints1 } = createPatches(25, seed);
    const { cameras } = createEpipolarMatches({ count: 1, wrong: 0, seed });
    for (const [estimate, model] of [
      [createHomographyEstimator(null), 'homography'],
      [estimateFundamental, 'fundamental'],
      [estimateEssential, 'essential'],
    ] as const) {
      const settings = { ...defaultEstimationSettings(model), maxIterations: 2000, cameras };
      const found = estimate(keypoints0, keypoints1, settings);
      expect(found).toMatchObject({ ok: false, reason: 'no-model' });
      // Counted one by one, as many as these would convince: chance gives a dozen near a line, and hardly four near a point.
      const fewest = model === 'homography' ? 8 : 24;
      expect(Number(!found.ok && /^At most (\d+) of 225/.exec(found.message)?.[1])).toBeGreaterThan(fewest);
    }
  });
});

describe('a homography that draws photo 0 together into a spot', () => {
  // What a dense matcher makes up of photos that share nothing: half of it runs to one place of photo 1.
  it.each([1, 2, 3])('is no more than chance where wrong matches crowd there: seed %d', (seed) => {
    const random = createRandom(seed);
    const matches = Array.from({ length: 3000 }, (_, k) => {
      const [x, y] = [random.uniform(0, 640), random.uniform(0, 480)];
      return k % 2 === 0
        ? [x, y, random.uniform(0, 640), random.uniform(0, 480)]
        : [x, y, 240 + 0.19 * x + 6 * random.normal(), 185 + 0.06 * y + 6 * random.normal()];
    });
    const keypoints0 = Float32Array.from(matches.flatMap(([x, y]) => [x!, y!]));
    const keypoints1 = Float32Array.from(matches.flatMap(([, , x, y]) => [x!, y!]));
    const settings = { ...defaultEstimationSettings('homography'), seed };
    const found = createHomographyEstimator(null)(keypoints0, keypoints1, settings);
    expect(found).toMatchObject({ ok: false, reason: 'no-model' });
    // Elsewhere in the photo a few would come within three pixels of any homography.
    expect(Number(!found.ok && /^At most (\d+) of 3,000/.exec(found.message)?.[1])).toBeGreaterThan(100);
  });
});

describe('countIndependent', () => {
  it('gives matches in the same cells of both photos one vote between them', () => {
    const keypoints0 = Float32Array.of(0, 0, 1, 1, 2, 2, 120, 120, 60, 0);
    const keypoints1 = Float32Array.of(0, 0, 1, 1, 90, 2, 120, 120, 60, 0);
    const count = (...inliers: number[]) =>
      countIndependent(keypoints0, keypoints1, Int32Array.of(0, 1, 2, 3, 4), Uint8Array.from(inliers));
    expect(count(1, 1, 1, 1, 1)).toEqual({ votes: 4, agreeing: 4 });
    expect(count(1, 0, 0, 1, 1)).toEqual({ votes: 4, agreeing: 2 });
    expect(count(0, 0, 1, 1, 1)).toEqual({ votes: 4, agreeing: 3 });
  });
});
