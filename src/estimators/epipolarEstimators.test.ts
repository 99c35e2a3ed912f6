import { describe, expect, it } from 'vitest';
import {
  epipolarLine,
  essentialOfPose,
  fundamentalOfEssential,
  measureSampson,
} from '../geometry/epipolar.ts';
import { motionsOfHomography } from '../geometry/homographyMotions.ts';
import { apply3, determinant3, frobenius3 } from '../geometry/matrix3.ts';
import { rayOf } from '../geometry/relativePose.ts';
import { decompose3 } from '../geometry/singularValues.ts';
import {
  createEpipolarMatches,
  type EpipolarMatches,
  type EpipolarMatchesOptions,
  planeOfScene,
  poseErrors,
} from '../testing/epipolarMatches.ts';
import { createRandom } from '../testing/random.ts';
import { estimateEssential } from './essential/estimateEssential.ts';
import type { EstimationFailure, EstimationSettings, EstimationSuccess } from './estimator.ts';
import { estimateFundamental } from './fundamental/estimateFundamental.ts';
import { fundamentalOf } from './fundamentalOf.ts';
import { defaultEstimationSettings, ownMethods } from './registry.ts';

type Model = 'fundamental' | 'essential';
type Matches = Pick<EpipolarMatches, 'keypoints0' | 'keypoints1' | 'cameras'>;

const methods = Object.keys(ownMethods);
const models: readonly Model[] = ['fundamental', 'essential'];
const combinations = models.flatMap((model) => methods.map((method) => [model, method] as const));
const estimators = { fundamental: estimateFundamental, essential: estimateEssential };

function estimate(
  model: Model,
  { keypoints0, keypoints1, cameras }: Matches,
  change: Partial<EstimationSettings> = {},
) {
  const settings = { ...defaultEstimationSettings(model), cameras, ...change };
  return estimators[model](keypoints0, keypoints1, settings);
}

function succeed(
  model: Model,
  matches: Matches,
  change: Partial<EstimationSettings> = {},
): EstimationSuccess {
  const estimation = estimate(model, matches, change);
  if (!estimation.ok) throw new Error(`No geometry: ${estimation.message}`);
  return estimation;
}

function fail(model: Model, matches: Matches, change: Partial<EstimationSettings> = {}): EstimationFailure {
  const estimation = estimate(model, matches, change);
  if (estimation.ok) throw new Error(`A geometry with ${estimation.inlierCount} inliers.`);
  // One sentence that tells what to do.
  expect(estimation.message).toMatch(/^[A-Z][^.]*: [^.]*\.$/);
  return estimation;
}

function recallOf({ inliers }: EstimationSuccess, { correct }: EpipolarMatches): number {
  const found = correct.reduce((sum, known, k) => sum + (known & inliers[k]!), 0);
  return found / correct.reduce((sum, known) => sum + known, 0);
}

/** The wrong one of the two poses that the plane of a scene leaves, and which matches follow its homography. */
function otherGeometryOfPlane({ pose, cameras, keypoints0, keypoints1 }: EpipolarMatches) {
  const homography = pose.rotation.map(
    (entry, k) => entry + pose.translation[Math.floor(k / 3)]! * planeOfScene[k % 3]!,
  );
  const motions = motionsOfHomography(homography);
  const wrong = motions.toSorted(
    (a, b) => poseErrors(b, { pose }).rotation - poseErrors(a, { pose }).rotation,
  )[0]!;
  const isOnPlane = (k: number) => {
    const ray0 = rayOf(cameras[0], keypoints0[2 * k]!, keypoints0[2 * k + 1]!);
    const [x, y, z] = apply3(homography, ray0);
    const ray1 = rayOf(cameras[1], keypoints1[2 * k]!, keypoints1[2 * k + 1]!);
    return cameras[1].focalPx * Math.hypot(x / z - ray1[0], y / z - ray1[1]) < 3;
  };
  return { fundamental: fundamentalOfEssential(essentialOfPose(wrong), cameras), isOnPlane };
}

/** Largest distance of the exact matches of the same scene from the estimate. */
function worstExactDistance(estimation: EstimationSuccess, options: EpipolarMatchesOptions): number {
  const exact = createEpipolarMatches({ ...options, wrong: 0, noisePx: 0, seed: options.seed + 1000 });
  const fundamental = fundamentalOf(estimation)!;
  return Math.max(...measureSampson(fundamental, exact.keypoints0, exact.keypoints1, 1).residualsPx);
}

describe.each(combinations)('%s matrix by %s', (model, method) => {
  it.each([0, 0.3, 0.5])('is found among %d wrong matches', (wrong) => {
    for (const seed of [1, 2]) {
      const options = { count: 600, wrong, seed } as const;
      const truth = createEpipolarMatches(options);
      const found = succeed(model, truth, { method });
      expect(worstExactDistance(found, options)).toBeLessThan(1);
      // Noise of 0.5 px in each coordinate stays below 1.5 px across a line but for 0.3 %.
      expect(recallOf(found, truth)).toBeGreaterThan(0.97);
    }
  });

  it('calls a match an inlier exactly when its residual is at most the threshold', () => {
    const truth = createEpipolarMatches({ count: 400, wrong: 0.3, seed: 3, noisePx: 1 });
    const found = succeed(model, truth, { method });
    const { residualsPx } = measureSampson(fundamentalOf(found)!, truth.keypoints0, truth.keypoints1, 1);
    expect(found.residualsPx).toEqual(residualsPx);
    expect([...found.inliers]).toEqual(Array.from(residualsPx, (residual) => (residual <= 1.5 ? 1 : 0)));
    expect(found.inlierCount).toBe(found.inliers.reduce((sum, inlier) => sum + inlier, 0));
  });

  it('is the same whatever ran in between, and of the seed', () => {
    const truth = createEpipolarMatches({ count: 200, wrong: 0.5, seed: 4 });
    const first = succeed(model, truth, { method, seed: 5 });
    succeed(model, createEpipolarMatches({ count: 150, wrong: 0.2, seed: 5 }), { method });
    expect(succeed(model, truth, { method, seed: 5 })).toEqual(first);
  });

  it('does not depend on the unit of length', () => {
    for (const width of [64, 12_000]) {
      const options = { count: 300, wrong: 0.3, seed: 6, width } as const;
      const truth = createEpipolarMatches(options);
      const found = succeed(model, truth, { method, thresholdPx: (1.5 * width) / 640 });
      expect((worstExactDistance(found, options) / width) * 640).toBeLessThan(1);
    }
  });

  it('sees that random matches have nothing in common', () => {
    for (const count of [20, 200, 1000]) {
      const random = createRandom(count);
      const place = () =>
        Float32Array.from({ length: 2 * count }, (_, k) => random.uniform(0, k % 2 === 0 ? 640 : 480));
      const { cameras } = createEpipolarMatches({ count: 1, wrong: 0, seed: 1 });
      const matches = { keypoints0: place(), keypoints1: place(), cameras };
      expect(fail(model, matches, { method, maxIterations: 1000 }).reason).toBe('no-model');
    }
  });
});

describe.each(models)('the %s matrix', (model) => {
  const { minimumMatches } = { fundamental: { minimumMatches: 7 }, essential: { minimumMatches: 5 } }[model];

  it('is exact without noise', () => {
    const options = { count: 100, wrong: 0.2, seed: 7, noisePx: 0 } as const;
    expect(worstExactDistance(succeed(model, createEpipolarMatches(options)), options)).toBeLessThan(0.01);
  });

  it('is found where nine of ten matches are wrong, on a surface and by falling confidence', () => {
    const options = { count: 1000, wrong: 0.9, seed: 8, scene: 'relief', ordered: true } as const;
    const truth = createEpipolarMatches(options);
    expect(recallOf(succeed(model, truth), truth)).toBeGreaterThan(0.9);
  });

  it.each([1, 3, 12])('is found where nineteen of twenty of 2000 matches are wrong: seed %d', (seed) => {
    const options = { count: 2000, wrong: 0.95, seed, scene: 'relief', ordered: true } as const;
    const truth = createEpipolarMatches(options);
    expect(recallOf(succeed(model, truth, { seed }), truth)).toBeGreaterThan(0.9);
  });

  it('is not led astray by a plane that most matches lie on', () => {
    for (const seed of [1, 2, 3]) {
      const truth = createEpipolarMatches({ count: 1000, wrong: 0.3, seed, scene: 'dominant-plane' });
      const found = succeed(model, truth);
      // Those off the plane among them.
      expect(recallOf(found, truth)).toBeGreaterThan(0.97);
    }
  });

  it.each([0, 1, minimumMatches - 1])('says that %d matches are too few', (count) => {
    const matches = createEpipolarMatches({ count, wrong: 0, seed: 9 });
    expect(fail(model, matches)).toMatchObject({ reason: 'too-few-matches' });
  });

  it('takes a minimal set of matches at its word', () => {
    const matches = createEpipolarMatches({ count: minimumMatches, wrong: 0, seed: 10, noisePx: 0 });
    const found = estimate(model, matches);
    // Of so few, nothing shows depth: a fundamental matrix then says that a plane will do.
    if (found.ok) expect(found.inlierCount).toBe(minimumMatches);
    else expect(found.reason).toMatch(/planar-scene|pure-rotation/);
  });

  it('says that repeated matches are one', () => {
    const { keypoints0, keypoints1, cameras } = createEpipolarMatches({ count: 4, wrong: 0, seed: 11 });
    const repeat = (points: Float32Array) => Float32Array.from({ length: 400 }, (_, k) => points[k % 8]!);
    const matches = { keypoints0: repeat(keypoints0), keypoints1: repeat(keypoints1), cameras };
    expect(fail(model, matches)).toMatchObject({ reason: 'degenerate' });
    expect(fail(model, matches).message).toMatch(/^The matches share only 4 places/);
  });

  it('says that matches of one point or line leave it open', () => {
    const { keypoints0, keypoints1, cameras } = createEpipolarMatches({ count: 300, wrong: 0, seed: 12 });
    const spot = Float32Array.from({ length: 600 }, (_, k) => (k % 2 === 0 ? 100 : 200));
    const line = Float32Array.from({ length: 600 }, (_, k) => (k % 2 === 0 ? k : 0.5 * (k - 1) + 40));
    expect(fail(model, { keypoints0: spot, keypoints1, cameras }).message).toMatch(/spot of the first photo/);
    expect(fail(model, { keypoints0, keypoints1: line, cameras }).message).toMatch(/of the second photo/);
  });

  it('is not led astray by a match that is listed a thousand times, or one that is not finite', () => {
    const options = { count: 300, wrong: 0.3, seed: 13 } as const;
    const truth = createEpipolarMatches(options);
    const wrongOne = truth.correct.indexOf(0);
    const repeat = (points: Float32Array) =>
      Float32Array.from([
        ...points,
        ...Array.from({ length: 1000 }, () => [...points.subarray(2 * wrongOne, 2 * wrongOne + 2)]).flat(),
        ...[Number.NaN, 1, Infinity, 1],
      ]);
    const matches = { ...truth, keypoints0: repeat(truth.keypoints0), keypoints1: repeat(truth.keypoints1) };
    const found = succeed(model, matches);
    expect(worstExactDistance(found, options)).toBeLessThan(1);
    expect([...found.residualsPx.subarray(-2)]).toEqual([Infinity, Infinity]);
  });

  it.each([
    { thresholdPx: 0 },
    { confidence: 1 },
    { maxIterations: 0 },
    { seed: 0.5 },
    { method: 'usac-magsac' },
    { model: 'homography' },
  ] as const)('refuses settings that make no sense: %j', (change) => {
    const matches = createEpipolarMatches({ count: 20, wrong: 0, seed: 14 });
    expect(() => estimate(model, matches, change)).toThrow(
      expect.objectContaining({ code: 'invalid-settings' }),
    );
  });
});

describe('the fundamental matrix', () => {
  it('has rank two and the one form', () => {
    const { matrix } = succeed('fundamental', createEpipolarMatches({ count: 200, wrong: 0.2, seed: 15 }));
    expect(frobenius3(matrix)).toBeCloseTo(1, 12);
    expect(Math.abs(determinant3(matrix))).toBeLessThan(1e-15);
    expect(Math.max(...matrix)).toBe(Math.max(...matrix.map(Math.abs)));
  });

  it.each(['plane', 'far'] as const)('says that it stays open, and what to do: %s', (scene) => {
    for (const seed of [1, 2, 3]) {
      for (const wrong of [0, 0.4]) {
        const matches = createEpipolarMatches({ count: 500, wrong, seed, scene });
        const failure = fail('fundamental', matches);
        expect(failure).toMatchObject({ reason: 'planar-scene', insteadModel: 'homography' });
        expect(failure.message).toMatch(/choose the homography/);
      }
    }
  });
});

describe('the essential matrix', () => {
  it('comes with the pose, and the points in front of both cameras', () => {
    for (const seed of [1, 2, 3]) {
      const truth = createEpipolarMatches({ count: 500, wrong: 0.4, seed });
      const found = succeed('essential', truth);
      if (found.model !== 'essential') throw new Error('Not an essential matrix.');
      const { values } = decompose3(found.matrix);
      [1, 1, 0].forEach((value, k) => {
        expect(values[k]).toBeCloseTo(value, 9);
      });
      const { rotation, translation } = poseErrors(found.pose, truth);
      expect(rotation).toBeLessThan(0.3);
      expect(translation).toBeLessThan(0.7);
      expect(found.pose.inFrontCount).toBeGreaterThan(0.97 * found.inlierCount);
      expect(found.cameras).toEqual(truth.cameras);
    }
  });

  it('is of the scene and not of one plane in it, though noise lets many a wrong pose fit the plane', () => {
    for (let seed = 0; seed < 10; seed++) {
      const truth = createEpipolarMatches({
        count: 1000,
        wrong: 0.3,
        noisePx: 1.5,
        seed,
        scene: 'dominant-plane',
        ordered: true,
      });
      const found = succeed('essential', truth, { seed });
      if (found.model !== 'essential') throw new Error('Not an essential matrix.');
      // The wrong one of the plane has its baseline 60 degrees off.
      expect(poseErrors(found.pose, truth).translation).toBeLessThan(5);
    }
  });

  it('is not outvoted by a plane whose noise lies along the epipolar lines of its other pose', () => {
    for (let seed = 0; seed < 5; seed++) {
      const truth = createEpipolarMatches({ count: 800, wrong: 0.2, seed, scene: 'dominant-plane' });
      const { cameras, correct } = truth;
      const { fundamental: other, isOnPlane } = otherGeometryOfPlane(truth);
      const random = createRandom(seed);
      const ends = Array.from(correct, (isCorrect, k): readonly (readonly [number, number])[] => {
        const [x0, y0] = [truth.keypoints0[2 * k]!, truth.keypoints0[2 * k + 1]!];
        const [x1, y1] = [truth.keypoints1[2 * k]!, truth.keypoints1[2 * k + 1]!];
        if (isOnPlane(k)) {
          const [a, b] = epipolarLine(other, [x0, y0], 0)!;
          const along = random.uniform(-3, 3);
          return [
            [x0, y0],
            [x1 + along * b, y1 - along * a],
          ];
        }
        // Of correct ones off the plane a few will do.
        return isCorrect === 1 && k % 4 !== 0
          ? []
          : [
              [x0, y0],
              [x1, y1],
            ];
      });
      const keypoints0 = Float32Array.from(ends.flatMap(([end0]) => end0 ?? []));
      const keypoints1 = Float32Array.from(ends.flatMap(([, end1]) => end1 ?? []));
      const [inTrue, inOther] = [truth.fundamental, other].map(
        (fundamental) => measureSampson(fundamental, keypoints0, keypoints1, 1.5).inlierCount,
      );
      expect(inOther).toBeGreaterThan(inTrue!);
      const found = succeed('essential', { keypoints0, keypoints1, cameras }, { seed });
      if (found.model !== 'essential') throw new Error('Not an essential matrix.');
      expect(poseErrors(found.pose, truth).translation).toBeLessThan(5);
      expect(found.restsOnPlane).toBe(false);
    }
  });

  it('is the same of the two poses of an uneven wall whatever the seed', () => {
    for (let seed = 0; seed < 6; seed++) {
      const truth = createEpipolarMatches({ count: 600, wrong: 0.3, seed, scene: 'plane' });
      const random = createRandom(seed);
      const keypoints1 = truth.keypoints1.slice() as EpipolarMatches['keypoints1'];
      for (let k = 0; k < 600; k++) {
        const place = [truth.keypoints0[2 * k]!, truth.keypoints0[2 * k + 1]!] as const;
        const [a, b] = epipolarLine(truth.fundamental, place, 0)!;
        // Too little depth to tell it from a plane, and enough for one pose to fit better.
        const along = random.uniform(-0.5, 0.5);
        keypoints1[2 * k]! += along * b;
        keypoints1[2 * k + 1]! -= along * a;
      }
      const baselines = [0, 1, 2, 3, 4, 5].map((searchSeed) => {
        const found = succeed('essential', { ...truth, keypoints1 }, { seed: searchSeed });
        if (found.model !== 'essential') throw new Error('Not an essential matrix.');
        expect(found.restsOnPlane).toBe(true);
        return poseErrors(found.pose, truth).translation;
      });
      expect(Math.max(...baselines) - Math.min(...baselines)).toBeLessThan(5);
    }
  });

  it.each([
    ['plane', true],
    ['dominant-plane', false],
    ['relief', false],
    ['volume', false],
  ] as const)('does with a flat scene, and says whether it is one: %s', (scene, restsOnPlane) => {
    for (const seed of [1, 2, 3]) {
      const truth = createEpipolarMatches({ count: 800, wrong: 0.3, seed, scene });
      const found = succeed('essential', truth);
      expect(recallOf(found, truth)).toBeGreaterThan(0.97);
      expect(found).toMatchObject({ restsOnPlane });
    }
  });

  it('says that a camera that only turned has no baseline, and what to do', () => {
    for (const seed of [1, 2, 3]) {
      for (const wrong of [0, 0.4]) {
        const matches = createEpipolarMatches({ count: 500, wrong, seed, scene: 'far' });
        const failure = fail('essential', matches);
        expect(failure).toMatchObject({ reason: 'pure-rotation', insteadModel: 'homography' });
        expect(failure.message).toMatch(/choose the homography/);
      }
    }
  });

  it('asks for the cameras, and refuses impossible ones', () => {
    const { keypoints0, keypoints1, cameras } = createEpipolarMatches({ count: 20, wrong: 0, seed: 1 });
    const settings = defaultEstimationSettings('essential');
    const refusal = expect.objectContaining({ code: 'invalid-settings' });
    expect(() => estimateEssential(keypoints0, keypoints1, settings)).toThrow(refusal);
    for (const focalPx of [0, -5, Number.NaN, Infinity]) {
      const changed = [{ ...cameras[0], focalPx }, cameras[1]] as const;
      expect(() => estimateEssential(keypoints0, keypoints1, { ...settings, cameras: changed })).toThrow(
        refusal,
      );
    }
  });
});
