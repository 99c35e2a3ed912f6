/** Masonry and render: brick, ashlar, plaster. Weathering comes in several sizes, as on real walls. */
import { mix, type Rgb } from '../colour.ts';
import { type Material, paint, paintOver, type SurfacePoint, shadeBy } from '../material.ts';
import { coverage, fractalNoise, randomOfCell, smoothstep } from '../noise.ts';

interface Masonry {
  readonly length: number;
  readonly course: number;
  readonly joint: number;
}

/** Where a point lies in a running bond. */
interface BondHit {
  column: number;
  row: number;
  /** Share of the pixel on stone rather than in the joint. */
  stone: number;
  /** -1 at the lower, +1 at the upper edge of the stone. */
  vertical: number;
  horizontal: number;
}

const bondHit: BondHit = { column: 0, row: 0, stone: 0, vertical: 0, horizontal: 0 };

function findInBond(u: number, v: number, footprint: number, { length, course, joint }: Masonry): BondHit {
  const row = Math.floor(v / course);
  const shifted = u + (row % 2 === 0 ? 0 : length / 2);
  const column = Math.floor(shifted / length);
  const x = shifted - (column + 0.5) * length;
  const y = v - (row + 0.5) * course;
  const acrossX = coverage(Math.abs(x) - (length - joint) / 2, Math.max(footprint, joint * 0.35));
  const acrossY = coverage(Math.abs(y) - (course - joint) / 2, Math.max(footprint, joint * 0.35));
  bondHit.column = column;
  bondHit.row = row;
  bondHit.stone = acrossX * acrossY;
  bondHit.vertical = (2 * y) / course;
  bondHit.horizontal = (2 * x) / length;
  return bondHit;
}

/** Dirt that runs down and gathers near the foot of a wall. */
function weather(point: SurfacePoint, amount: number, seed: number): void {
  const { u, v, footprint } = point;
  const blotches = fractalNoise(u, v, 2.6, 4, footprint, seed);
  const streaks = fractalNoise(u * 5, v * 0.45, 1.1, 3, footprint * 2, seed + 7);
  const foot = smoothstep(1.1, 0, v + 0.35 * blotches);
  const soot = 0.42 * foot + 0.45 * smoothstep(0.05, 0.6, blotches) + 0.4 * smoothstep(0.1, 0.7, streaks);
  shadeBy(point, 1 + amount * (0.12 - soot));
}

export interface BrickOptions {
  readonly seed: number;
  readonly colours: readonly Rgb[];
  readonly mortar: Rgb;
  readonly painted?: Rgb;
}

export function brick({ seed, colours, mortar, painted }: BrickOptions): Material {
  const bond: Masonry = { length: 0.25, course: 0.083, joint: 0.013 };
  const mean = painted ?? colours[0]!;
  return {
    mean,
    shade(point) {
      const { u, v, footprint } = point;
      const hit = findInBond(u, v, footprint, bond);
      const pick = randomOfCell(hit.column, hit.row, seed);
      const tone = randomOfCell(hit.column, hit.row, seed + 1);
      const grain = fractalNoise(u, v, 0.09, 3, footprint, seed + 2);
      const base = painted ?? colours[Math.floor(pick * colours.length)]!;
      const spread = painted === undefined ? 0.5 : 0.14;
      paint(point, base, 1 - spread / 2 + spread * tone + 0.22 * grain);
      // The joint lies back: dark under the stone above, light on the stone below.
      const joint = painted === undefined ? mortar : mix(painted, [0, 0, 0], 0.25);
      paintOver(
        point,
        mix(joint, [0, 0, 0], 0.25 * Math.max(-hit.vertical, 0) + 0.1 - 0.12 * grain),
        1 - hit.stone,
      );
      const near = Math.max(0, 1 - footprint / 0.03);
      point.slopeU = near * (hit.horizontal ** 7 * 0.5 + grain * 0.15);
      point.slopeV = near * (hit.vertical ** 5 * 0.5 + grain * 0.15);
      weather(point, 0.8, seed + 3);
    },
  };
}

export interface AshlarOptions {
  readonly seed: number;
  readonly colour: Rgb;
  readonly length?: number;
  readonly course?: number;
}

/** Cut stone in courses. */
export function ashlar({ seed, colour, length = 0.7, course = 0.36 }: AshlarOptions): Material {
  const bond: Masonry = { length, course, joint: 0.016 };
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      const hit = findInBond(u, v, footprint, bond);
      const tone = randomOfCell(hit.column, hit.row, seed);
      const veins = fractalNoise(u + 9 * tone, v, 0.5, 5, footprint, seed + 1);
      const pits = fractalNoise(u, v, 0.035, 2, footprint, seed + 2);
      paint(point, colour, 0.86 + 0.24 * tone + 0.2 * veins - 0.22 * smoothstep(0.3, 0.75, pits));
      paintOver(point, mix(colour, [0.02, 0.02, 0.02], 0.62), 1 - hit.stone);
      const near = Math.max(0, 1 - footprint / 0.03);
      point.slopeU = near * (hit.horizontal ** 15 * 0.7 + veins * 0.1);
      point.slopeV = near * (hit.vertical ** 9 * 0.7 + pits * 0.12);
      weather(point, 0.65, seed + 3);
    },
  };
}

export interface PlasterOptions {
  readonly seed: number;
  readonly colour: Rgb;
  /** 0 = freshly painted, 1 = with stains, cracks and flaked patches. */
  readonly age?: number;
  /** What shows where the coat has flaked off. */
  readonly beneath?: Rgb;
}

export function plaster({ seed, colour, age = 0.5, beneath = [0.3, 0.24, 0.19] }: PlasterOptions): Material {
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      const patches = fractalNoise(u, v, 1.7, 5, footprint, seed);
      const trowel = fractalNoise(u, v, 0.22, 3, footprint, seed + 1);
      const grain = fractalNoise(u, v, 0.03, 2, footprint, seed + 2);
      paint(point, colour, 1 + 0.12 * patches + 0.07 * trowel + 0.1 * grain);
      const crackField = fractalNoise(u, v, 0.9, 5, footprint, seed + 4);
      const crackWidth = 0.008 * age;
      const cracked =
        smoothstep(0.1, 0.5, fractalNoise(u, v, 2.2, 2, footprint, seed + 5)) *
        Math.min(1, (crackWidth * 3) / Math.max(footprint, 1e-6)) *
        smoothstep(crackWidth + 1.2 * footprint, 0, Math.abs(crackField));
      const flaked = smoothstep(0.6, 0.66, patches + 0.25 * trowel + 0.42 * (age - 0.5)) * age;
      paintOver(point, beneath, flaked * (0.85 + 0.15 * grain));
      paintOver(point, mix(colour, [0, 0, 0], 0.75), cracked * 0.7);
      const near = Math.max(0, 1 - footprint / 0.03);
      point.slopeU = near * (0.16 * trowel + 0.22 * grain);
      point.slopeV = near * (0.16 * fractalNoise(v, u, 0.22, 2, footprint, seed + 8) + 0.22 * grain);
      weather(point, 0.35 + 0.4 * age, seed + 6);
    },
  };
}
