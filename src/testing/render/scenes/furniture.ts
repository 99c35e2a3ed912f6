/** What stands in a street: lamps, benches, bins, planters, an advertising column, boards, awnings. */
import type { Random } from '../../random.ts';
import { hex, type Rgb } from '../colour.ts';
import { bar, block, column, createFrame, type Frame, leaves, locate } from '../construct.ts';
import type { Material } from '../material.ts';
import { cloth, glowing, painted, printed } from '../materials/joinery.ts';
import { leaf, soil } from '../materials/plants.ts';
import type { Print } from '../print.ts';
import type { Quad } from '../scene.ts';
import { scale, type Vec3 } from '../vector.ts';

export const castIron = painted({ seed: 3, colour: hex(0x23302c), gloss: 0.12 });
const oak = painted({ seed: 4, colour: hex(0x8a6238), board: 0.11 });

export const foliage: readonly Material[] = [0x4f7a2a, 0x5d8a30, 0x436b28, 0x6d9238, 0x3b5f26].map((code) =>
  leaf(hex(code)),
);

/** A street lamp; its light is at `height` + 0.27 above the foot. */
export function streetLamp(foot: Vec3, height: number): Quad[] {
  const [x, y, z] = foot;
  const frame = createFrame([x, y, z + height], 20);
  return [
    ...column(foot, 0.5, 0.13, castIron),
    ...column([x, y, z + 0.5], 0.12, 0.16, castIron),
    ...column([x, y, z + 0.6], height - 0.6, 0.055, castIron),
    ...block(frame, { x: [-0.3, 0.3], z: [-0.35, -0.31], d: [-0.02, 0.02] }, castIron),
    ...block(frame, { x: [-0.12, 0.12], z: [0, 0.05], d: [-0.12, 0.12] }, castIron),
    ...block(frame, { x: [-0.13, 0.13], z: [0.05, 0.45], d: [-0.13, 0.13] }, glowing(hex(0xffe2b0), 5)),
    ...block(frame, { x: [-0.2, 0.2], z: [0.45, 0.52], d: [-0.2, 0.2] }, castIron),
    ...block(frame, { x: [-0.1, 0.1], z: [0.52, 0.62], d: [-0.1, 0.1] }, castIron),
    ...[-0.14, 0.14].flatMap((a) =>
      [-0.14, 0.14].flatMap((b) =>
        bar(locate(frame, a, 0.03, b), locate(frame, a * 1.2, 0.47, b * 1.2), 0.02, castIron),
      ),
    ),
  ];
}

export function bench(frame: Frame): Quad[] {
  const slats = [0, 0.14, 0.28].flatMap((d) =>
    block(frame, { x: [0, 1.7], z: [0.44, 0.48], d: [d, d + 0.11] }, oak),
  );
  const back = [0.58, 0.74].flatMap((z) =>
    block(frame, { x: [0, 1.7], z: [z, z + 0.11], d: [-0.08, -0.04] }, oak),
  );
  const legs = [0.15, 1.45].flatMap((x) => [
    ...block(frame, { x: [x, x + 0.08], z: [0, 0.44], d: [0, 0.36] }, castIron),
    ...block(frame, { x: [x, x + 0.08], z: [0.44, 0.86], d: [-0.12, -0.06] }, castIron),
  ]);
  return [...slats, ...back, ...legs];
}

export function bollard(foot: Vec3): Quad[] {
  return [
    ...column(foot, 0.8, 0.07, castIron, { sides: 10 }),
    ...column([foot[0], foot[1], foot[2] + 0.7], 0.05, 0.09, painted({ seed: 6, colour: hex(0xd8d4c8) }), {
      sides: 10,
    }),
    ...column([foot[0], foot[1], foot[2] + 0.8], 0.07, 0.085, castIron, { sides: 10 }),
  ];
}

/** A box of wood with a shrub or flowers in it. */
export function planter(
  frame: Frame,
  length: number,
  wood: Rgb,
  flowers: Rgb | null,
  random: Random,
): Quad[] {
  const boards = painted({ seed: random.integer(1, 1e6), colour: wood, board: 0.13 });
  const shrub = leaves(
    {
      middle: locate(frame, length / 2, 0.78, 0.22),
      radii: [
        Math.abs(frame.along[0]) * length * 0.42 + 0.14,
        Math.abs(frame.along[1]) * length * 0.42 + 0.14,
        0.26,
      ],
      count: Math.round(420 * length),
      size: 0.075,
    },
    flowers === null ? foliage : [...foliage, leaf(flowers), leaf(flowers)],
    random,
  );
  return [
    ...block(frame, { x: [0, length], z: [0, 0.52], d: [0, 0.44] }, boards, { top: soil(4) }),
    ...shrub,
  ];
}

/** An advertising column with prints all around. */
export function advertisingColumn(foot: Vec3, prints: readonly Print[]): Quad[] {
  const [x, y, z] = foot;
  const radius = 0.62;
  const paper = painted({ seed: 15, colour: hex(0xcfc8b4) });
  const quads = [
    ...column(foot, 0.35, radius + 0.06, castIron, { sides: 24 }),
    ...column([x, y, z + 0.35], 2.3, radius, paper, { sides: 24 }),
    ...column([x, y, z + 2.65], 0.16, radius + 0.14, castIron, { sides: 24 }),
    ...column([x, y, z + 2.81], 0.18, radius - 0.05, castIron, { sides: 24 }),
    ...column([x, y, z + 2.99], 0.2, radius - 0.3, castIron, { sides: 24 }),
  ];
  // Each sheet bends around the column: a strip of narrow quads a hair outside of it, in two rows.
  const reach = radius + 0.004;
  const strips = 10;
  const pitch = (2 * Math.PI) / Math.ceil(prints.length / 2 + 2);
  const sheets = [0, 1].flatMap((row) =>
    Array.from({ length: Math.round((2 * Math.PI) / pitch) }, (_, k) => ({
      print: prints[(2 * k + 3 * row + row) % prints.length]!,
      from: k * pitch + row * 0.5,
      bottom: z + 0.5 + row * 1.02 + 0.05 * (k % 3),
    })),
  );
  for (const { print, from, bottom } of sheets) {
    const sheet = printed(print, hex(0xf0ead8));
    const step = print.width / reach / strips;
    const corner = (strip: number): Vec3 => [
      x + reach * Math.cos(from + strip * step),
      y + reach * Math.sin(from + strip * step),
      bottom,
    ];
    for (let strip = 0; strip < strips; strip++) {
      const [a, b] = [corner(strip), corner(strip + 1)];
      quads.push({
        corner: a,
        sideU: [b[0] - a[0], b[1] - a[1], 0],
        sideV: [0, 0, print.height],
        material: sheet,
        u: (strip * print.width) / strips,
        v: 0,
        bend: Math.tan(step / 2),
      });
    }
  }
  return quads;
}

/** A print on a thin board, its lower left corner at the frame's origin. */
export function signBoard(frame: Frame, print: Print, stock: Rgb, glow = 0, thickness = 0.1): Quad[] {
  const edge = painted({ seed: 9, colour: scale(stock, 0.6) });
  return [
    ...block(frame, { x: [0, print.width], z: [0, print.height], d: [0, thickness] }, edge).slice(1),
    {
      corner: locate(frame, 0, 0, thickness),
      sideU: scale(frame.along, print.width),
      sideV: [0, 0, print.height],
      material: printed(print, stock, { glow }),
    },
  ];
}

/** A striped awning over a shop front, with a valance. */
export function awning(
  frame: Frame,
  x: readonly [number, number],
  z: number,
  reach: number,
  colours: readonly [Rgb, Rgb],
): Quad[] {
  const stripes = cloth({ seed: 21, colours, stripe: 0.24 });
  const width = x[1] - x[0];
  const drop = reach * 0.42;
  const outwards = scale(frame.outward, reach);
  return [
    {
      corner: locate(frame, x[0], z - drop, reach),
      sideU: scale(frame.along, width),
      sideV: [-outwards[0], -outwards[1], drop],
      material: stripes,
    },
    {
      corner: locate(frame, x[0], z - drop - 0.24, reach),
      sideU: scale(frame.along, width),
      sideV: [0, 0, 0.24],
      material: stripes,
    },
    ...bar(
      locate(frame, x[0] + 0.03, z - drop, reach),
      locate(frame, x[0] + 0.03, z - drop, 0.02),
      0.03,
      castIron,
    ),
    ...bar(
      locate(frame, x[1] - 0.03, z - drop, reach),
      locate(frame, x[1] - 0.03, z - drop, 0.02),
      0.03,
      castIron,
    ),
  ];
}

export function litterBin(foot: Vec3): Quad[] {
  const [x, y, z] = foot;
  return [
    ...column([x, y, z + 0.1], 0.75, 0.23, painted({ seed: 44, colour: hex(0x2f5d46), board: 0.06 }), {
      sides: 16,
    }),
    ...column([x, y, z + 0.85], 0.05, 0.26, castIron, { sides: 16 }),
    ...column(foot, 0.1, 0.18, castIron, { sides: 16 }),
  ];
}

/** A crate of fruit, tilted towards the street by nothing: a stack of colour. */
export function fruitCrate(frame: Frame, fruit: Rgb, random: Random): Quad[] {
  const wood = painted({ seed: 61, colour: hex(0xb58b55), board: 0.1 });
  return [
    ...block(frame, { x: [0, 0.62], z: [0, 0.26], d: [0, 0.44] }, wood, { top: soil(9) }),
    ...leaves(
      { middle: locate(frame, 0.31, 0.27, 0.22), radii: [0.24, 0.24, 0.05], count: 200, size: 0.085 },
      [leaf(fruit), leaf(scale(fruit, 0.8)), leaf([fruit[0], fruit[1] * 1.2, fruit[2]])],
      random,
    ),
  ];
}
