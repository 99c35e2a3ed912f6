import { describe, expect, it } from 'vitest';
import { createEpipolarMatches, type SceneKind } from '../../testing/epipolarMatches.ts';
import { createHomographyMatches } from '../../testing/homographyMatches.ts';
import type { Estimation } from '../estimator.ts';
import { defaultEstimationSettings } from '../registry.ts';
import { estimateAutomatically } from './estimateAutomatically.ts';

const settings = defaultEstimationSettings('automatic');

function estimateScene(scene: SceneKind, count = 500, wrong = 0.4): Estimation {
  const { keypoints0, keypoints1 } = createEpipolarMatches({ count, wrong, seed: 3, scene });
  return estimateAutomatically(keypoints0, keypoints1, settings);
}

describe('the automatic choice', () => {
  it.each([
    ['volume', 'fundamental', /^Fundamental matrix, because /],
    ['relief', 'fundamental', /^Fundamental matrix, because \d+ % of what agrees with it lies off one plane/],
    ['dominant-plane', 'fundamental', /^Fundamental matrix, because 1\d % of what agrees/],
    ['plane', 'homography', /^Homography, because one plane/],
    ['far', 'homography', /^Homography, because one plane/],
  ] as const)('of a scene of the kind "%s" is the %s, with the reason', (scene, model, reason) => {
    const found = estimateScene(scene);
    expect(found).toMatchObject({ ok: true, model, settings });
    expect(found.ok && found.choiceReason).toMatch(reason);
  });

  it.each([
    ['relief', 'fundamental'],
    ['plane', 'homography'],
  ] as const)('is made where nineteen of twenty of 2000 matches are wrong: %s', (scene, model) => {
    const options = { count: 2000, wrong: 0.95, seed: 3, ordered: true, scene } as const;
    const { keypoints0, keypoints1, correct } = createEpipolarMatches(options);
    const found = estimateAutomatically(keypoints0, keypoints1, settings);
    expect(found).toMatchObject({ ok: true, model });
    const kept = correct.filter((right, k) => right === 1 && found.ok && found.inliers[k] === 1);
    expect(kept.length / correct.filter((right) => right === 1).length).toBeGreaterThan(0.8);
  });

  it('is the homography where hardly anything lies off its plane', () => {
    const flat = createEpipolarMatches({ count: 1000, wrong: 0.3, seed: 3, scene: 'plane' });
    const other = createEpipolarMatches({ count: 500, wrong: 0.3, seed: 4, scene: 'dominant-plane' });
    const joined = (side: 'keypoints0' | 'keypoints1') => Float32Array.of(...flat[side], ...other[side]);
    expect(estimateAutomatically(joined('keypoints0'), joined('keypoints1'), settings)).toMatchObject({
      model: 'homography',
      choiceReason: expect.stringMatching(/^Homography, because only [1-9] % of what agrees/),
    });
  });

  it('is the homography where there are too few matches for the other', () => {
    const { keypoints0, keypoints1 } = createHomographyMatches({ count: 4, wrong: 0, seed: 1, noisePx: 0 });
    expect(estimateAutomatically(keypoints0, keypoints1, settings)).toMatchObject({
      model: 'homography',
      choiceReason: expect.stringMatching(/too few for a fundamental matrix/),
    });
  });

  it('says that neither has more support than chance gives, or what the input lacks', () => {
    expect(estimateScene('volume', 300, 1)).toMatchObject({ ok: false, reason: 'no-model', settings });
    expect(estimateScene('volume', 3, 0)).toMatchObject({ ok: false, reason: 'too-few-matches', settings });
  });

  it('refuses methods of the other models', () => {
    const points = new Float32Array(40);
    expect(() => estimateAutomatically(points, points, { ...settings, method: 'usac-magsac' })).toThrow(
      expect.objectContaining({ code: 'invalid-settings' }),
    );
  });
});
