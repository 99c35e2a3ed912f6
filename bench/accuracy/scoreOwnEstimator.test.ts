import { describe, expect, it } from 'vitest';
import type { EstimationSuccess, Estimator, RequestedModel } from '../../src/estimators/estimator.ts';
import { defaultEstimationSettings } from '../../src/estimators/registry.ts';
import type { Points } from '../../src/geometry/coordinates.ts';
import { invert3, multiply3, skew3, transpose3 } from '../../src/geometry/matrix3.ts';
import { createRandom } from '../../src/testing/random.ts';
import type { CorrespondencePair, EvaluationPair, HomographyPair, PosePair } from './evaluationPairs.ts';
import { scoreOwnEstimator } from './scoreOwnEstimator.ts';

const common = {
  name: 'pair',
  set: 'set',
  image0: 'a',
  image1: 'b',
  size0: [640, 480],
  size1: [640, 480],
} as const;
const K0 = [500, 0, 310, 0, 500, 250, 0, 0, 1];
const K1 = [450, 0, 330, 0, 450, 230, 0, 0, 1];
const [c, s] = [Math.cos(0.2), Math.sin(0.2)];
const rotation = [c, 0, s, 0, 1, 0, -s, 0, c];
const translation = [-0.96, 0, 0.28] as const;
const essential = multiply3(skew3(translation), rotation);
const fundamental = multiply3(multiply3(transpose3(invert3(K1)!), essential), invert3(K0)!);

function rowsOf(matrix: ArrayLike<number>): number[][] {
  return [0, 3, 6].map((start) => [0, 1, 2].map((k) => matrix[start + k]!));
}

/** Points in front of both cameras, as the cameras see them. */
function viewPoints(count: number) {
  const random = createRandom(5);
  const keypoints0 = new Float32Array(2 * count) as Points<'photo'>;
  const keypoints1 = new Float32Array(2 * count) as Points<'photo'>;
  for (let k = 0; k < count; k++) {
    const point = [random.uniform(-2, 2), random.uniform(-1, 1), random.uniform(4, 8)] as const;
    const moved = rowsOf(rotation).map((row, r) =>
      row.reduce((sum, e, j) => sum + e * point[j]!, translation[r]!),
    );
    keypoints0.set(see(K0, point), 2 * k);
    keypoints1.set(see(K1, moved), 2 * k);
  }
  return { keypoints0, keypoints1 };
}

function see(K: readonly number[], [x, y, z]: readonly number[]): [number, number] {
  return [(K[0]! * x!) / z! + K[2]!, (K[4]! * y!) / z! + K[5]!];
}

const matches = viewPoints(30);
const posePair: PosePair = {
  ...common,
  type: 'pose',
  K0: rowsOf(K0),
  K1: rowsOf(K1),
  T_0to1: [...rowsOf(rotation).map((row, r) => [...row, translation[r]!]), [0, 0, 0, 1]],
};
const homographyPair: HomographyPair = { ...common, type: 'homography', H_0to1: rowsOf(rotation) };
const handPair: CorrespondencePair = {
  ...common,
  type: 'corrs',
  correspondences: Array.from({ length: 30 }, (_, k) => [
    ...matches.keypoints0.subarray(2 * k, 2 * k + 2),
    ...matches.keypoints1.subarray(2 * k, 2 * k + 2),
  ]),
};

function finding(model: 'homography' | 'fundamental', matrix: ArrayLike<number>): Estimator {
  return (_0, _1, settings) =>
    ({
      ok: true,
      settings,
      model,
      matrix: Array.from(matrix),
      inliers: new Uint8Array(30).fill(1),
    }) as unknown as EstimationSuccess;
}

const failing: Estimator = (_0, _1, settings) => ({ ok: false, settings, reason: 'no-model', message: '' });

function score(pair: EvaluationPair, model: RequestedModel, estimate: Estimator, repeats = 1) {
  return scoreOwnEstimator(pair, matches, estimate, defaultEstimationSettings(model), repeats);
}

describe('scoreOwnEstimator', () => {
  it('takes the pose out of a fundamental matrix by the cameras of the pair', () => {
    expect(score(posePair, 'fundamental', finding('fundamental', fundamental))!.results[0]).toBeLessThan(
      1e-4,
    );
    const swapped = finding('fundamental', transpose3(fundamental));
    expect(score(posePair, 'fundamental', swapped)!.results[0]).toBeGreaterThan(5);
  });

  it('measures corners by homographies and recall by fundamental matrices', () => {
    expect(score(homographyPair, 'homography', finding('homography', rotation))!.results).toEqual([0]);
    expect(score(handPair, 'fundamental', finding('fundamental', fundamental))!.results).toEqual([1]);
  });

  it('counts a choice of the wrong model like no geometry', () => {
    expect(score(posePair, 'automatic', finding('homography', rotation))!.results).toEqual([Infinity]);
    expect(score(handPair, 'automatic', finding('homography', rotation))!.results).toEqual([0]);
    expect(score(homographyPair, 'automatic', finding('fundamental', fundamental))!.results).toEqual([
      Infinity,
    ]);
    expect(score(posePair, 'automatic', failing)!.results).toEqual([Infinity]);
    expect(score(handPair, 'automatic', failing)!.results).toEqual([0]);
  });

  it('asks no model what it cannot say', () => {
    expect(score(posePair, 'homography', failing)).toBeNull();
    expect(score(handPair, 'essential', failing)).toBeNull();
    expect(score(homographyPair, 'fundamental', failing)).toBeNull();
  });

  it('estimates with another seed each time, and tells an essential matrix its cameras', () => {
    const seen: unknown[] = [];
    const watching: Estimator = (_0, _1, settings) => {
      seen.push([
        settings.seed,
        settings.cameras?.map(({ focalPx, principalPoint }) => [focalPx, principalPoint]),
      ]);
      return failing(_0, _1, settings);
    };
    score(posePair, 'essential', watching, 2);
    const cameras = [
      [500, [310, 250]],
      [450, [330, 230]],
    ];
    expect(seen).toEqual([
      [0, cameras],
      [1, cameras],
    ]);
  });
});
