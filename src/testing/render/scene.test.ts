import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import type { Material } from './material.ts';
import { createHit, createScene, type Quad } from './scene.ts';
import { add, cross, dot, normalize, scale, subtract, type Vec3 } from './vector.ts';

const grey: Material = { mean: [0.5, 0.5, 0.5], shade: () => {} };

/** Nearest intersection by solving three linear equations for every quad (Cramer's rule). */
function intersectAll(quads: readonly Quad[], origin: Vec3, direction: Vec3) {
  let nearest = { distance: Number.POSITIVE_INFINITY, quad: -1 };
  for (const [quad, { corner, sideU, sideV, shape }] of quads.entries()) {
    const determinant = dot(cross(sideU, sideV), scale(direction, -1));
    const offset = subtract(origin, corner);
    const distance = dot(cross(sideU, sideV), offset) / determinant;
    const u = dot(cross(offset, sideV), scale(direction, -1)) / determinant;
    const v = dot(cross(sideU, offset), scale(direction, -1)) / determinant;
    const inside =
      u >= 0 &&
      v >= 0 &&
      u <= 1 &&
      v <= 1 &&
      (shape !== 'round' || (2 * u - 1) ** 2 + (2 * v - 1) ** 2 <= 1) &&
      (shape !== 'triangle' || u + v <= 1);
    if (inside && distance > 1e-6 && distance < nearest.distance) nearest = { distance, quad };
  }
  return nearest;
}

describe('scene', () => {
  const random = createRandom(5);
  const vector = (reach: number): Vec3 => [
    random.uniform(-reach, reach),
    random.uniform(-reach, reach),
    random.uniform(-reach, reach),
  ];
  const quads: Quad[] = Array.from({ length: 400 }, (_, k) => ({
    corner: vector(10),
    sideU: vector(k % 10 === 0 ? 8 : 1),
    sideV: vector(k % 10 === 0 ? 8 : 1),
    material: grey,
    ...(k % 3 === 1 ? { shape: 'round' as const } : k % 3 === 2 ? { shape: 'triangle' as const } : {}),
  }));
  const scene = createScene(quads);

  it('finds the same nearest surface as trying all of them', () => {
    const hit = createHit();
    let hits = 0;
    for (let k = 0; k < 3000; k++) {
      const [origin, direction] = [vector(12), normalize(vector(1))];
      const expected = intersectAll(quads, origin, direction);
      const found = scene.intersect(origin, direction, 1e-6, 1e3, hit);
      expect(found).toBe(expected.quad >= 0);
      expect(scene.isBlocked(origin, direction, 1e-6, 1e3)).toBe(found);
      if (!found) continue;
      hits++;
      expect(hit.quad).toBe(expected.quad);
      expect(hit.distance).toBeCloseTo(expected.distance, 8);
      const { corner, sideU, sideV } = quads[hit.quad]!;
      const onSurface = add(corner, add(scale(sideU, hit.u), scale(sideV, hit.v)));
      const onRay = add(origin, scale(direction, hit.distance));
      expect(Math.hypot(...subtract(onSurface, onRay))).toBeLessThan(1e-8);
    }
    expect(hits).toBeGreaterThan(500);
  });

  it('keeps to the given stretch of a ray', () => {
    const wall = createScene([{ corner: [-1, 5, -1], sideU: [2, 0, 0], sideV: [0, 0, 2], material: grey }]);
    expect(wall.isBlocked([0, 0, 0], [0, 1, 0], 0, 4.9)).toBe(false);
    expect(wall.isBlocked([0, 0, 0], [0, 1, 0], 0, 5.1)).toBe(true);
    expect(wall.isBlocked([0, 0, 0], [0, 1, 0], 5.1, 9)).toBe(false);
  });

  it('lets every ray out of an empty scene', () => {
    expect(createScene([]).intersect([0, 0, 0], [0, 0, 1], 0, 1e3, createHit())).toBe(false);
  });
});
