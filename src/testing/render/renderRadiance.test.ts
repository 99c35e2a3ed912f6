import { describe, expect, it } from 'vitest';
import { placeCamera, projectPoint } from './camera.ts';
import { createGatheredLight, type Lighting } from './lighting.ts';
import { type Material, paint } from './material.ts';
import { renderDepth, renderRadiance } from './renderRadiance.ts';
import { createScene, type Quad } from './scene.ts';

const darkness: Lighting = {
  sun: null,
  sky: {
    zenith: [0, 0, 0],
    horizon: [0, 0, 0],
    cloud: [0, 0, 0],
    cover: 0,
    glow: [0, 0, 0],
    glowDirection: [0, 0, 1],
    seed: 1,
  },
  lamps: [],
  rooms: 1,
  visibility: 1e9,
};
const white: Material = { mean: [1, 1, 1], shade: (point) => paint(point, [1, 1, 1]) };
const shining: Material = {
  mean: [0, 0, 0],
  shade: (point) => {
    paint(point, [0, 0, 0]);
    point.emitR = 1;
  },
};
const camera = placeCamera({ eye: [0, -10, 0], target: [0, 0, 0], focalPx: 100, width: 41, height: 31 });

function render(quads: readonly Quad[], lighting: Lighting, supersampling: number): Float32Array {
  const scene = createScene(quads);
  return renderRadiance(scene, lighting, createGatheredLight(scene, lighting, 1, 16), camera, supersampling);
}

describe('renderRadiance', () => {
  it('has the centre of the first pixel at (0, 0): an edge covers the share of a pixel that it should', () => {
    // From x = 0.425 m to the right, seen at column 24.25, and from z = 0.325 m downwards, seen at row 11.75.
    const [left, top] = [0.425, 0.325];
    expect(projectPoint(camera, [left, 0, top])).toMatchObject({ x: 24.25, y: 11.75 });
    const light = render(
      [{ corner: [left, 0, top - 20], sideU: [20, 0, 0], sideV: [0, 0, 20], material: shining }],
      darkness,
      16,
    );
    const red = (x: number, y: number) => light[3 * (y * 41 + x)]!;
    expect(red(23, 20)).toBe(0);
    expect(red(24, 20)).toBeCloseTo(0.25, 1);
    expect(red(25, 20)).toBeCloseTo(1, 6);
    expect(red(30, 11)).toBe(0);
    expect(red(30, 12)).toBeCloseTo(0.75, 1);
    expect(red(30, 13)).toBeCloseTo(1, 6);
  });

  it('lights a wall by the cosine and leaves what is shaded dark', () => {
    const sun = {
      direction: [0, -Math.SQRT1_2, Math.SQRT1_2] as const,
      light: [1, 1, 1] as const,
      radius: 0,
    };
    const wall: Quad = { corner: [-5, 0, -5], sideU: [10, 0, 0], sideV: [0, 0, 10], material: white };
    const centre = 3 * (15 * 41 + 20);
    expect(render([wall], { ...darkness, sun }, 1)[centre]).toBeCloseTo(Math.SQRT1_2, 5);
    const roof: Quad = { corner: [-5, -3, 2], sideU: [10, 0, 0], sideV: [0, 2, 0], material: white };
    expect(render([wall, roof], { ...darkness, sun }, 1)[centre]).toBeLessThan(0.2);
  });

  it('gathers a uniform sky in full on an open plane, and less of it in a corner', () => {
    const sky = { ...darkness.sky, zenith: [1, 1, 1], horizon: [1, 1, 1] } as const;
    const floor: Quad = { corner: [-50, -60, -1], sideU: [100, 0, 0], sideV: [0, 100, 0], material: white };
    const black: Material = { mean: [0, 0, 0], shade: (point) => paint(point, [0, 0, 0]) };
    const wall: Quad = { corner: [-50, 0, -1], sideU: [100, 0, 0], sideV: [0, 0, 100], material: black };
    const [x, y] = [20, 29];
    const open = render([floor], { ...darkness, sky }, 1)[3 * (y * 41 + x)]!;
    const corner = render([floor, wall], { ...darkness, sky }, 1)[3 * (y * 41 + x)]!;
    expect(open).toBeCloseTo(1, 2);
    expect(corner).toBeGreaterThan(0.45);
    expect(corner).toBeLessThan(0.6);
  });

  it('measures depth along the optical axis, infinite where there is nothing', () => {
    const scene = createScene([{ corner: [0, 0, -5], sideU: [5, 0, 0], sideV: [0, 0, 10], material: white }]);
    const depth = renderDepth(scene, camera);
    expect(depth[15 * 41 + 10]).toBe(Number.POSITIVE_INFINITY);
    expect(depth[15 * 41 + 40]).toBeCloseTo(10, 9);
  });
});
