/** Bark, and leaves whose tone differs from one to the next. */
import type { Rgb } from '../colour.ts';
import { type Material, paint } from '../material.ts';
import { fractalNoise } from '../noise.ts';

export function leaf(colour: Rgb): Material {
  return {
    mean: colour,
    shade(point) {
      const vein = Math.abs(point.u - 0.05) < Math.max(0.006, point.footprint / 2) ? 1.15 : 1;
      paint(point, colour, vein * (0.95 + 0.3 * fractalNoise(point.u, point.v, 0.08, 2, point.footprint, 5)));
      point.gloss = 0.03;
    },
  };
}

export function bark(seed: number): Material {
  return {
    mean: [0.13, 0.1, 0.075],
    shade(point) {
      const ridges = fractalNoise(point.u * 5, point.v, 0.35, 4, point.footprint * 2, seed);
      paint(point, [0.15, 0.115, 0.085], 0.85 + 0.9 * ridges);
      point.slopeU = ridges * 0.6;
    },
  };
}

export function soil(seed: number): Material {
  return {
    mean: [0.06, 0.045, 0.03],
    shade(point) {
      paint(
        point,
        [0.07, 0.05, 0.035],
        1 + 0.8 * fractalNoise(point.u, point.v, 0.1, 4, point.footprint, seed),
      );
    },
  };
}
