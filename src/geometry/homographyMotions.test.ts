import { describe, expect, it } from 'vitest';
import { turnAbout } from '../testing/epipolarMatches.ts';
import { createRandom, type Random } from '../testing/random.ts';
import { essentialOfPose } from './epipolar.ts';
import { motionsOfHomography } from './homographyMotions.ts';
import { add3, apply3, dot, frobenius3, scale3, unit3, type Vector3 } from './matrix3.ts';
import type { RelativePose } from './relativePose.ts';

function randomVector(random: Random): Vector3 {
  return [random.normal(), random.normal(), random.normal()];
}

/** R + t n^T / d, times a factor that a homography leaves open. */
function homographyOf({ rotation, translation }: RelativePose, plane: Vector3, factor: number): number[] {
  return rotation.map((entry, k) => factor * (entry + translation[Math.floor(k / 3)]! * plane[k % 3]!));
}

/** A camera motion, and a plane in front of both cameras: those X with n X = 1. */
function drawScene(seed: number) {
  const random = createRandom(seed);
  const rotation = turnAbout(unit3(randomVector(random)), random.uniform(0, 0.6));
  const pose = { rotation, translation: unit3(randomVector(random)) };
  const plane = scale3([random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5), 1], 1 / random.uniform(2, 9));
  return { random, pose, plane };
}

/** Up to the sign of the translation, which a homography leaves open. */
function differenceOf(a: RelativePose, b: RelativePose): number {
  const [first, second] = [essentialOfPose(a), essentialOfPose(b)];
  const turned = a.rotation.map((entry, k) => entry - b.rotation[k]!);
  return Math.max(
    frobenius3(turned),
    Math.min(...[1, -1].map((sign) => frobenius3(first.map((entry, k) => entry - sign * second[k]!)))),
  );
}

describe('motionsOfHomography', () => {
  it.each([1, 0.01, -3])('finds the motion, whatever the scale and sign of the matrix: %d', (factor) => {
    for (let seed = 0; seed < 50; seed++) {
      const { pose, plane } = drawScene(seed);
      const motions = motionsOfHomography(homographyOf(pose, plane, factor));
      expect(motions).toHaveLength(2);
      expect(Math.min(...motions.map((motion) => differenceOf(motion, pose)))).toBeLessThan(1e-6);
    }
  });

  it('gives two motions that all points of the plane agree with', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { random, pose, plane } = drawScene(seed);
      const [first, second] = motionsOfHomography(homographyOf(pose, plane, 1)) as [
        RelativePose,
        RelativePose,
      ];
      expect(differenceOf(first, second)).toBeGreaterThan(1e-3);
      for (let k = 0; k < 20; k++) {
        const ray: Vector3 = [random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5), 1];
        const point = scale3(ray, 1 / dot(ray, plane));
        const seen = unit3(add3(apply3(pose.rotation, point), pose.translation));
        for (const motion of [first, second]) {
          expect(Math.abs(dot(seen, apply3(essentialOfPose(motion), unit3(ray))))).toBeLessThan(1e-7);
        }
      }
    }
  });

  it('finds none where the camera turned in place', () => {
    const { pose } = drawScene(3);
    expect(motionsOfHomography(pose.rotation)).toEqual([]);
  });
});
