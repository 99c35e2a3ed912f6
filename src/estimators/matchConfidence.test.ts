/** What a match's confidence does to an estimate, alike for all models of our own search. */
import { describe, expect, it } from 'vitest';
import type { Points } from '../geometry/coordinates.ts';
import { CovisError } from '../reporting/covisError.ts';
import { createEpipolarMatches, poseErrors } from '../testing/epipolarMatches.ts';
import { cornerError, createHomographyMatches } from '../testing/homographyMatches.ts';
import { createRandom } from '../testing/random.ts';
import { estimateAutomatically } from './automatic/estimateAutomatically.ts';
import { estimateEssential } from './essential/estimateEssential.ts';
import type { EstimationSuccess, Estimator } from './estimator.ts';
import { estimateFundamental } from './fundamental/estimateFundamental.ts';
import { createHomographyEstimator } from './homography/createHomographyEstimator.ts';
import { defaultEstimationSettings } from './registry.ts';

const homographyTruth = createHomographyMatches({ count: 800, wrong: 0.2, seed: 3, noisePx: 0.2 });
const epipolarTruth = createEpipolarMatches({ count: 800, wrong: 0.2, seed: 3, noisePx: 0.2 });
const { cameras } = epipolarTruth;

const cases = [
  ['homography', createHomographyEstimator(null), homographyTruth],
  ['fundamental', estimateFundamental, epipolarTruth],
  ['essential', estimateEssential, epipolarTruth],
  ['automatic', estimateAutomatically, epipolarTruth],
] as const;

function settingsOf(model: (typeof cases)[number][0]) {
  return { ...defaultEstimationSettings(model), cameras };
}

/** The same matches, of which a random six in ten lie too low in photo 1 and are not sure of their place. */
function misplace(keypoints1: Points<'photo'>, shiftPx: number) {
  const random = createRandom(5);
  const moved = keypoints1.slice() as Points<'photo'>;
  const confidence = new Float32Array(moved.length / 2).fill(0.95);
  confidence.forEach((_, k) => {
    if (random.next() >= 0.6) return;
    moved[2 * k + 1] = moved[2 * k + 1]! + shiftPx;
    confidence[k] = 0.1;
  });
  return { moved, confidence };
}

function succeed(...[estimate, ...request]: [Estimator, ...Parameters<Estimator>]): EstimationSuccess {
  const estimation = estimate(...request);
  if (!estimation.ok) throw new Error(`No geometry: ${estimation.message}`);
  return estimation;
}

describe.each(cases)('the confidence of matches, %s', (model, estimate, { keypoints0, keypoints1 }) => {
  const settings = settingsOf(model);
  const without = succeed(estimate, keypoints0, keypoints1, settings);

  it('makes no difference where all are alike', () => {
    for (const value of [1, 0.3]) {
      const confidence = new Float32Array(keypoints0.length / 2).fill(value);
      const found = succeed(estimate, keypoints0, keypoints1, settings, confidence);
      found.matrix.forEach((entry, k) => {
        expect(Math.abs(entry - without.matrix[k]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(entry)));
      });
    }
  });

  it('leaves the geometry as it is where nothing is sure of anything', () => {
    const confidence = new Float32Array(keypoints0.length / 2);
    expect(succeed(estimate, keypoints0, keypoints1, settings, confidence)).toEqual(without);
  });

  it('gives the same result again', () => {
    const random = createRandom(8);
    const confidence = Float32Array.from({ length: keypoints0.length / 2 }, () => random.next());
    const found = succeed(estimate, keypoints0, keypoints1, settings, confidence);
    expect(found).not.toEqual(without);
    expect(succeed(estimate, keypoints0, keypoints1, settings, confidence)).toEqual(found);
  });

  it('is there for every match or for none', () => {
    const tooFew = new Float32Array(keypoints0.length / 2 - 1);
    expect(() => estimate(keypoints0, keypoints1, settings, tooFew)).toThrowError(CovisError);
    expect(() => estimate(keypoints0, keypoints1, settings, tooFew)).toThrowError(/800 of them, but 799/);
  });
});

describe('matches that are wrong together and not sure of it', () => {
  it('move a homography less than half as far', () => {
    const { keypoints0, keypoints1 } = homographyTruth;
    const { moved, confidence } = misplace(keypoints1, 1.5);
    const errorOf = (...more: [] | [Float32Array]) =>
      cornerError(
        succeed(createHomographyEstimator(null), keypoints0, moved, settingsOf('homography'), ...more).matrix,
        homographyTruth,
      );
    expect(errorOf()).toBeGreaterThan(0.5);
    expect(errorOf(confidence)).toBeLessThan(0.5 * errorOf());
  });

  it('move a camera less', () => {
    const meanError = (isTold: boolean) => {
      const errors = [1, 2, 3, 4, 5, 6].map((seed) => {
        const truth = createEpipolarMatches({ count: 800, wrong: 0.2, seed, noisePx: 0.05 });
        const { moved, confidence } = misplace(truth.keypoints1, 1.5);
        const settings = { ...settingsOf('essential'), cameras: truth.cameras };
        const found = succeed(
          estimateEssential,
          truth.keypoints0,
          moved,
          settings,
          isTold ? confidence : undefined,
        );
        if (found.model !== 'essential') throw new Error('Another model.');
        return Math.max(...Object.values(poseErrors(found.pose, truth)));
      });
      return errors.reduce((sum, error) => sum + error, 0) / errors.length;
    };
    expect(meanError(true)).toBeLessThan(0.75 * meanError(false));
  });
});
