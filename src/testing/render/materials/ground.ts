/** What one walks on, and what keeps the rain out: cobbles, slabs, kerbs, roof tiles. */
import { mix, type Rgb } from '../colour.ts';
import { type Material, paint, paintOver, shadeBy } from '../material.ts';
import { type CellHit, coverage, fractalNoise, nearestCell, randomOfCell, smoothstep } from '../noise.ts';

const cell: CellHit = { border: 0, dx: 0, dy: 0, random: 0 };

export interface CobbleOptions {
  readonly seed: number;
  readonly colour: Rgb;
  readonly size?: number;
}

export function cobbles({ seed, colour, size = 0.17 }: CobbleOptions): Material {
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      // Setts lie in gentle waves, as the ground has settled.
      const wave = 0.25 * Math.sin(u * 0.9 + 0.4 * Math.sin(v * 0.55));
      nearestCell(u / size, v / size + wave, 0.52, seed, cell);
      const detail = Math.max(0, 1 - footprint / (size * 0.8));
      const stone = smoothstep(0.015, 0.1 + footprint / size, cell.border);
      const grain = fractalNoise(u, v, 0.05, 3, footprint, seed + 1);
      const worn = fractalNoise(u, v, 2.8, 4, footprint, seed + 2);
      const tone = 0.72 + 0.5 * cell.random * detail + 0.25 * (1 - detail);
      paint(
        point,
        mix(colour, [colour[0] * 1.15, colour[1], colour[2] * 0.85], cell.random),
        tone + 0.25 * grain,
      );
      paintOver(point, [0.035, 0.032, 0.028], (1 - stone) * 0.85 * detail + 0.25 * (1 - detail));
      const damp = smoothstep(0.25, 0.5, fractalNoise(u, v, 4.5, 4, footprint, seed + 3));
      shadeBy(point, (1 + 0.3 * worn) * (1 - 0.4 * damp));
      point.slopeU = detail * (cell.dx * 1.5 + grain * 0.35);
      point.slopeV = detail * (cell.dy * 1.5 + grain * 0.35);
      point.gloss = 0.05 * stone + 0.25 * damp;
    },
  };
}

export interface SlabOptions {
  readonly seed: number;
  readonly colour: Rgb;
  readonly length?: number;
  readonly depth?: number;
}

export function slabs({ seed, colour, length = 0.6, depth = 0.4 }: SlabOptions): Material {
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      const row = Math.floor(v / depth);
      const shifted = u + length * randomOfCell(row, 3, seed);
      const column = Math.floor(shifted / length);
      const x = Math.abs(shifted - (column + 0.5) * length) - (length - 0.012) / 2;
      const y = Math.abs(v - (row + 0.5) * depth) - (depth - 0.012) / 2;
      const stone = coverage(x, Math.max(footprint, 0.008)) * coverage(y, Math.max(footprint, 0.008));
      const tone = randomOfCell(column, row, seed + 1);
      const grain = fractalNoise(u, v, 0.04, 3, footprint, seed + 2);
      const stains = fractalNoise(u, v, 1.3, 5, footprint, seed + 3);
      const gum = smoothstep(0.66, 0.72, fractalNoise(u, v, 0.16, 1, footprint, seed + 4));
      paint(point, colour, 0.82 + 0.26 * tone + 0.22 * grain + 0.24 * stains);
      paintOver(point, [0.05, 0.045, 0.04], 0.8 * (1 - stone));
      paintOver(point, [0.07, 0.07, 0.07], 0.5 * gum);
      const near = Math.max(0, 1 - footprint / 0.03);
      point.slopeU = near * grain * 0.2;
      point.slopeV = near * grain * 0.2;
    },
  };
}

export interface RoofTileOptions {
  readonly seed: number;
  readonly colour: Rgb;
}

/** Pantiles; v runs up the slope. */
export function roofTiles({ seed, colour }: RoofTileOptions): Material {
  const width = 0.26;
  const course = 0.34;
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      const row = Math.floor(v / course);
      const column = Math.floor(u / width + (row % 2) * 0.5);
      const x = u / width + (row % 2) * 0.5 - column - 0.5;
      const y = v / course - row;
      const tone = randomOfCell(column, row, seed);
      const moss = fractalNoise(u, v, 0.8, 4, footprint, seed + 1);
      const detail = Math.max(0, 1 - footprint / 0.2);
      paint(point, colour, 0.7 + 0.5 * tone + 0.2 * moss);
      paintOver(point, [0.09, 0.1, 0.05], 0.6 * smoothstep(0.25, 0.6, moss));
      // Each course lies over the one below it: a dark line at the lower edge.
      shadeBy(
        point,
        1 - detail * (0.6 * smoothstep(0.16, 0.02, y) + 0.25 * smoothstep(0.3, 0.5, Math.abs(x))),
      );
      point.slopeU = detail * Math.sin(x * Math.PI) * 0.7;
    },
  };
}

/** Still water in a basin: dark, with the sky in it. */
export function rippledWater(seed: number): Material {
  return {
    mean: [0.05, 0.07, 0.07],
    shade(point) {
      const { u, v, footprint } = point;
      paint(point, [0.045, 0.065, 0.06]);
      point.slopeU = 0.09 * fractalNoise(u, v, 0.3, 3, footprint, seed);
      point.slopeV = 0.09 * fractalNoise(u, v, 0.3, 3, footprint, seed + 1);
      point.gloss = 1;
    },
  };
}
