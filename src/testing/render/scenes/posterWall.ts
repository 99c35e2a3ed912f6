/**
 * A wall covered with posters, seen frontally and then obliquely: all that either photo shows lies in one plane.
 * The tree whose shadow falls on the wall stands behind both cameras.
 */
import { createRandom } from '../../random.ts';
import { placeCamera } from '../camera.ts';
import { hex } from '../colour.ts';
import { leaves } from '../construct.ts';
import type { Lighting } from '../lighting.ts';
import { type Material, paint, paintOver, shadeBy } from '../material.ts';
import { plaster } from '../materials/walls.ts';
import { fractalNoise, smoothstep } from '../noise.ts';
import type { Print } from '../print.ts';
import { createScene } from '../scene.ts';
import { normalize } from '../vector.ts';
import { foliage } from './furniture.ts';
import { concertPoster, exhibitionPoster, handBill, timetable } from './prints.ts';
import { type PairScene, photoSize } from './view.ts';

interface Sheet {
  readonly print: Print;
  /** Lower left corner on the wall in metres. */
  readonly u: number;
  readonly v: number;
  readonly turnDegrees: number;
}

/** Sheets pasted on a wall, the first ones on top; paper is wrinkled and casts a thin edge of shadow. */
function pastedWall(wall: Material, sheets: readonly Sheet[]): Material {
  const placed = sheets.map((sheet, k) => ({
    ...sheet,
    cos: Math.cos((sheet.turnDegrees * Math.PI) / 180),
    sin: Math.sin((sheet.turnDegrees * Math.PI) / 180),
    seed: 500 + 13 * k,
  }));
  return {
    mean: wall.mean,
    shade(point) {
      const { u, v, footprint } = point;
      let shadow = 1;
      for (const { print, u: left, v: bottom, cos, sin, seed } of placed) {
        const x = (u - left) * cos + (v - bottom) * sin;
        const y = (v - bottom) * cos - (u - left) * sin;
        const outside = Math.max(-x, x - print.width, -y, y - print.height);
        if (outside > 0.03) continue;
        const wrinkle = fractalNoise(x, y * 0.4, 0.16, 4, footprint, seed);
        const fade = fractalNoise(x, y, 0.8, 4, footprint, seed + 2);
        // Worn off at the rim, where fingers and rain get hold of it.
        const worn = fractalNoise(x, y, 0.13, 4, footprint, seed + 4) + 0.4 * fade;
        if (outside > 0 || worn + 7 * outside > 0.42) {
          shadow *= 1 - 0.4 * smoothstep(0.03, 0, Math.max(outside, 0));
          continue;
        }
        paint(point, [0.75, 0.72, 0.66]);
        print.paintAt(point, x, y);
        point.slopeU = 0.2 * wrinkle + 0.08 * fade;
        point.slopeV = 0.16 * fractalNoise(y, x, 0.2, 3, footprint, seed + 3);
        shadeBy(point, shadow * (1 + 0.1 * fade + 0.07 * wrinkle));
        paintOver(point, [0.62, 0.58, 0.5], 0.06 + 0.05 * fade);
        return;
      }
      wall.shade(point);
      shadeBy(point, shadow);
    },
  };
}

export function posterWall(): PairScene {
  const random = createRandom(20);
  const wall = plaster({ seed: 71, colour: hex(0xcfc0a6), age: 0.85, beneath: hex(0xa5694f) });
  const sheets: Sheet[] = [
    { print: exhibitionPoster(), u: -0.6, v: 0.05, turnDegrees: 0.4 },
    { print: concertPoster('BRASS', hex(0xe9c46a), hex(0xb23a48), 5), u: -1.33, v: 0.92, turnDegrees: 1.5 },
    { print: concertPoster('FOLK', hex(0xdfe7e0), hex(0x2a7f62), 8), u: -1.3, v: 0.02, turnDegrees: -2 },
    { print: concertPoster('TANGO', hex(0xf0d9d2), hex(0x6a3d9a), 14), u: 0.72, v: 0.96, turnDegrees: -1.2 },
    { print: timetable(hex(0x27548a), 3), u: 0.78, v: 0.3, turnDegrees: 0.6 },
    { print: handBill(hex(0xf3e3a1), 'LOST CAT', 3), u: -1.68, v: 0.5, turnDegrees: 4 },
    { print: handBill(hex(0xcfe3ea), 'PIANO', 8), u: 1.24, v: 0.36, turnDegrees: -5 },
    { print: handBill(hex(0xf2c9b8), 'ROOM', 7), u: 1.4, v: 1.12, turnDegrees: 3 },
    { print: handBill(hex(0xe6efcf), 'CHESS', 11), u: 0.9, v: -0.22, turnDegrees: 2 },
    { print: handBill(hex(0xdcd3ee), 'DANCE', 14), u: 1.3, v: -0.2, turnDegrees: -3 },
    { print: timetable(hex(0x8a2b36), 6), u: -1.85, v: 1.05, turnDegrees: -1 },
    { print: concertPoster('CHOIR', hex(0xcfe0ee), hex(0xc8553d), 20), u: 1.72, v: 0.7, turnDegrees: 1 },
    {
      print: concertPoster('CIRCUS', hex(0xf4f0dc), hex(0x27548a), 31),
      u: 1.66,
      v: -0.25,
      turnDegrees: -1.5,
    },
    { print: handBill(hex(0xf3e3a1), 'BOATS', 10), u: 2.4, v: 0.9, turnDegrees: 2 },
    { print: timetable(hex(0x3f6b45), 11), u: 2.42, v: 0.2, turnDegrees: -1 },
  ];
  const sunDirection = normalize([-0.62, -0.85, 0.78]);
  const scene = createScene([
    {
      corner: [-30, 0, -20],
      sideU: [60, 0, 0],
      sideV: [0, 0, 40],
      material: pastedWall(wall, sheets),
      u: -30,
      v: -20,
    },
    // The branches whose shadow falls on the wall hang behind both photographers.
    ...leaves(
      { middle: [-4.3, -3.9, 5.35], radii: [1.2, 0.8, 0.6], count: 230, size: 0.13 },
      foliage,
      random,
    ),
    ...leaves({ middle: [-0.9, -4.2, 3.9], radii: [1.4, 0.6, 0.5], count: 140, size: 0.12 }, foliage, random),
  ]);
  const lighting: Lighting = {
    sun: { direction: sunDirection, light: [1.5, 1.36, 1.12], radius: 0.004 },
    sky: {
      zenith: [0.28, 0.42, 0.7],
      horizon: [0.6, 0.64, 0.68],
      cloud: [0.8, 0.8, 0.82],
      cover: 0.2,
      glow: [0.2, 0.18, 0.14],
      glowDirection: sunDirection,
      seed: 2,
    },
    lamps: [],
    rooms: 0,
    visibility: 5000,
  };
  const development = {
    whiteBalance: [1.02, 1, 0.96],
    vignetting: 0.28,
    glare: 0.015,
    noise: 0.045,
  } as const;
  return {
    scene,
    views: [
      {
        camera: placeCamera({
          eye: [0.12, -2.15, 0.88],
          target: [-0.03, 0, 0.86],
          rollDegrees: -1.2,
          focalPx: 1120,
          ...photoSize,
        }),
        lighting,
        development: { ...development, exposure: 0.88, seed: 1 },
      },
      {
        camera: placeCamera({
          eye: [-1.2, -1.9, 0.62],
          target: [-0.02, 0, 0.88],
          rollDegrees: 8,
          focalPx: 1120,
          ...photoSize,
        }),
        lighting,
        development: { ...development, exposure: 0.8, whiteBalance: [1.06, 1, 0.9], seed: 2 },
      },
    ],
    plane: { point: [0, 0, 0], normal: [0, -1, 0] },
  };
}
