import { describe, expect, it } from 'vitest';
import {
  applyHomography,
  cameraCentre,
  invert,
  multiply,
  placeCamera,
  planeHomography,
  projectPoint,
  rayDirection,
  relativePose,
  resizeCamera,
  resizeHomography,
  transform,
} from './camera.ts';
import { add, dot, norm, scale, subtract, type Vec3 } from './vector.ts';

const camera0 = placeCamera({
  eye: [0.2, -2, 0.9],
  target: [0, 0, 0.8],
  rollDegrees: -3,
  focalPx: 1100,
  width: 1280,
  height: 960,
});
const camera1 = placeCamera({
  eye: [-1.5, -1.7, 0.6],
  target: [0.1, 0, 0.9],
  rollDegrees: 8,
  focalPx: 1000,
  width: 1280,
  height: 960,
});
const wallPoints: readonly Vec3[] = [-0.6, 0, 0.7].flatMap((x) =>
  [0.2, 0.9, 1.3].map((z) => [x, 0, z] as Vec3),
);

describe('camera', () => {
  it('has x to the right, y down and z forward, and sees its target in the middle', () => {
    const level = placeCamera({ eye: [0, -5, 1], target: [0, 0, 1], focalPx: 500, width: 640, height: 480 });
    expect(projectPoint(level, [0, 0, 1])).toEqual({ x: 319.5, y: 239.5, depth: 5 });
    expect(projectPoint(level, [1, 0, 1]).x).toBeCloseTo(319.5 + 100, 9);
    expect(projectPoint(level, [0, 0, 2]).y).toBeCloseTo(239.5 - 100, 9);
  });

  it('sends a ray through the pixel a point projects to', () => {
    for (const point of wallPoints) {
      const { x, y } = projectPoint(camera1, point);
      const towards = subtract(point, cameraCentre(camera1));
      const direction = rayDirection(camera1, x, y);
      expect(norm(subtract(scale(direction, dot(direction, towards)), towards))).toBeLessThan(1e-12);
    }
  });

  it('moves projected points by x -> (x + 0.5) s - 0.5 when resized', () => {
    for (const factor of [0.25, 1 / 3, 2]) {
      const resized = resizeCamera(camera0, factor);
      for (const point of wallPoints) {
        const [before, after] = [projectPoint(camera0, point), projectPoint(resized, point)];
        expect(after.x).toBeCloseTo((before.x + 0.5) * factor - 0.5, 9);
        expect(after.y).toBeCloseTo((before.y + 0.5) * factor - 0.5, 9);
      }
    }
  });

  it('relates camera coordinates by x1 = R x0 + t', () => {
    const { R, t } = relativePose(camera0, camera1);
    for (const point of wallPoints) {
      const local0 = add(transform(camera0.R, point), camera0.t);
      const local1 = add(transform(camera1.R, point), camera1.t);
      expect(norm(subtract(add(transform(R, local0), t), local1))).toBeLessThan(1e-12);
    }
  });

  it('maps a plane from photo to photo by one homography', () => {
    const H = planeHomography(camera0, camera1, [0, 0, 0], [0, -1, 0]);
    expect(H[8]).toBe(1);
    for (const point of wallPoints) {
      const [from, to] = [projectPoint(camera0, point), projectPoint(camera1, point)];
      const [x, y] = applyHomography(H, from.x, from.y);
      expect(Math.hypot(x - to.x, y - to.y)).toBeLessThan(1e-8);
    }
  });

  it('resizes a homography as it resizes cameras', () => {
    const H = planeHomography(camera0, camera1, [0, 0, 0], [0, -1, 0]);
    const resized = resizeHomography(H, 0.25);
    const direct = planeHomography(
      resizeCamera(camera0, 0.25),
      resizeCamera(camera1, 0.25),
      [0, 0, 0],
      [0, -1, 0],
    );
    for (const [k, value] of resized.entries()) expect(value).toBeCloseTo(direct[k]!, 10);
  });

  it('inverts matrices and refuses singular ones', () => {
    const H = planeHomography(camera0, camera1, [0, 0, 0], [0, -1, 0]);
    const identity = multiply(H, invert(H));
    for (const [k, value] of identity.entries()) expect(value).toBeCloseTo(k % 4 === 0 ? 1 : 0, 9);
    expect(() => invert([1, 2, 3, 2, 4, 6, 0, 0, 1])).toThrow(RangeError);
  });
});
