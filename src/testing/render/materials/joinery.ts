/** Windows, doors, shutters, painted wood and metal, cloth. */
import { mix, type Rgb } from '../colour.ts';
import { type Material, paint, paintOver, type SurfacePoint, shadeBy } from '../material.ts';
import { coverage, fractalNoise, randomOfCell, smoothstep } from '../noise.ts';
import type { Print } from '../print.ts';

export interface PaintedOptions {
  readonly seed: number;
  readonly colour: Rgb;
  /** Width of the boards along u in metres; 0 for one piece. */
  readonly board?: number;
  readonly gloss?: number;
}

/** Painted or oiled wood and sheet metal; the grain runs along v. */
export function painted({ seed, colour, board = 0, gloss = 0 }: PaintedOptions): Material {
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      const plank = board > 0 ? Math.floor(u / board) : 0;
      const tone = board > 0 ? randomOfCell(plank, 1, seed) : 0.5;
      const grain = fractalNoise(u * 14, v + 9 * tone, 0.5, 3, footprint * 4, seed + 1);
      const worn = fractalNoise(u, v, 0.35, 4, footprint, seed + 2);
      paint(point, colour, 0.88 + 0.24 * tone + 0.1 * grain + 0.1 * worn);
      paintOver(point, mix(colour, [0.3, 0.26, 0.2], 0.5), 0.5 * smoothstep(0.5, 0.7, worn + 0.2 * grain));
      if (board > 0) {
        const edge = board / 2 - Math.abs(u - (plank + 0.5) * board);
        shadeBy(point, 1 - 0.7 * coverage(edge - 0.004, Math.max(footprint, 0.004)));
      }
      point.gloss = gloss;
    },
  };
}

export interface WindowOptions {
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  /** Heights of the panes from the bottom, as shares that add up to 1. */
  readonly rows: readonly number[];
  readonly frame: Rgb;
  /** Light from the room; null when it is dark inside. */
  readonly light: Rgb | null;
  readonly dressing: 'curtains' | 'blind' | 'none';
}

/** The room behind a pane: curtains at the sides, a blind, or dusk with shapes in it. */
function paintRoom(point: SurfacePoint, options: WindowOptions): void {
  const { u, v, footprint } = point;
  const { seed, width, height } = options;
  const across = u / width;
  const upwards = v / height;
  const dark = fractalNoise(u, v, 0.7, 3, footprint, seed);
  paint(point, [0.035, 0.036, 0.04], 0.7 + 0.6 * Math.max(dark, 0));
  // The room's lamp hangs somewhere near the ceiling.
  const lampAcross = 0.25 + 0.5 * randomOfCell(5, 1, seed);
  const fromLamp = Math.hypot((across - lampAcross) * width, (0.72 - upwards) * height);
  let passes = 0.34 + 0.9 * Math.exp(-((fromLamp / 0.55) ** 2)) + 0.3 * dark;
  if (options.dressing === 'curtains') {
    const hang = 0.27 + 0.1 * randomOfCell(1, 1, seed) - 0.07 * upwards;
    const inward = Math.min(across, 1 - across);
    const cloth = coverage((inward - hang) * width, Math.max(footprint, 0.01));
    const folds = 0.72 + 0.28 * Math.sin(u * 95 + 6 * fractalNoise(u, v * 0.2, 0.5, 2, footprint, seed + 1));
    const warm = randomOfCell(2, 1, seed);
    paintOver(point, mix([0.5, 0.47, 0.4], [0.34, 0.3, 0.33], warm), cloth * folds);
    passes *= 1 - cloth * (1 - 0.55 * folds);
  } else if (options.dressing === 'blind') {
    const drop = 0.25 + 0.5 * randomOfCell(3, 1, seed);
    const cloth = coverage((1 - drop - upwards) * height, Math.max(footprint, 0.01));
    const slats = 0.8 + 0.2 * Math.sin((v / 0.035) * Math.PI) * Math.max(0, 1 - footprint / 0.02);
    paintOver(point, [0.42, 0.4, 0.35], cloth * slats);
    passes *= 1 - 0.5 * cloth * (2 - slats);
  } else {
    // Shelves and things on them, seen against the room.
    const shelf = Math.floor(v / 0.33);
    const thing = Math.floor(u / 0.11 + 5 * randomOfCell(shelf, 9, seed));
    const tall = 0.05 + 0.22 * randomOfCell(thing, shelf, seed + 2);
    const standing = coverage(v - shelf * 0.33 - tall, Math.max(footprint, 0.01));
    const hue = randomOfCell(thing, shelf, seed + 3);
    const near = smoothstep(0.75, 0.45, upwards);
    paintOver(point, mix([0.16, 0.06, 0.04], [0.05, 0.1, 0.14], hue), standing * near * 0.8);
    passes *= 1 - 0.6 * standing * near;
  }
  if (options.light !== null) {
    point.emitR = options.light[0] * passes;
    point.emitG = options.light[1] * passes;
    point.emitB = options.light[2] * passes;
  }
}

export function windowPane(options: WindowOptions): Material {
  const { width, height, columns, rows, frame, light, seed } = options;
  const border = 0.055;
  const bar = 0.022;
  const bars = rows.slice(1).map((_, k) => rows.slice(0, k + 1).reduce((sum, share) => sum + share, 0));
  const dim = light === null ? undefined : ([light[0] * 0.6, light[1] * 0.6, light[2] * 0.6] as const);
  return {
    mean: [0.12, 0.12, 0.13],
    ...(dim === undefined ? {} : { glow: dim }),
    shade(point) {
      const { u, v, footprint } = point;
      paintRoom(point, options);
      point.gloss = 1;
      // Signed distance to the nearest piece of wood, negative on it.
      let wood = Math.min(u, width - u, v, height - v) - border;
      for (let k = 1; k < columns; k++) wood = Math.min(wood, Math.abs(u - (width * k) / columns) - bar);
      for (const edge of bars) wood = Math.min(wood, Math.abs(v - height * edge) - bar * 1.3);
      const share = coverage(wood, footprint);
      const lip = coverage(wood - 0.014, Math.max(footprint, 0.01)) - share;
      shadeBy(point, 1 - 0.6 * lip);
      const tone = 0.9 + 0.12 * fractalNoise(u, v, 0.3, 3, footprint, seed + 5);
      paintOver(point, [frame[0] * tone, frame[1] * tone, frame[2] * tone], share);
      const clear = 1 - share;
      point.gloss *= clear;
      point.emitR *= clear * (1 - 0.5 * lip);
      point.emitG *= clear * (1 - 0.5 * lip);
      point.emitB *= clear * (1 - 0.5 * lip);
    },
  };
}

export interface DoorOptions {
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Rgb;
  /** Light behind the fanlight; null when dark. */
  readonly light: Rgb | null;
}

/** A panelled double door under a fanlight. */
export function door({ seed, width, height, colour, light }: DoorOptions): Material {
  const leaf = height * 0.8;
  const glass = windowPane({
    seed,
    width,
    height: height - leaf,
    columns: 3,
    rows: [1],
    frame: colour,
    light,
    dressing: 'none',
  });
  const wood = painted({ seed: seed + 1, colour, gloss: 0.08 });
  return {
    mean: colour,
    shade(point) {
      const { u, v, footprint } = point;
      if (v > leaf) {
        point.v = v - leaf;
        glass.shade(point);
        point.v = v;
        return;
      }
      wood.shade(point);
      const side = u < width / 2 ? u : width - u;
      const half = width / 2;
      // Two or three sunk panels in each leaf, with a lit lower and a dark upper bevel.
      for (const [low, high] of [
        [0.06, 0.34],
        [0.39, 0.64],
        [0.69, 0.95],
      ] as const) {
        const x = Math.abs(side - half / 2) - (half / 2 - 0.1);
        const y = Math.abs(v - (leaf * (low + high)) / 2) - (leaf * (high - low)) / 2;
        const inside = Math.max(x, y);
        const bevel = coverage(Math.abs(inside) - 0.012, Math.max(footprint, 0.006));
        const upper = v > (leaf * (low + high)) / 2;
        shadeBy(point, 1 - bevel * (upper ? 0.6 : -0.35));
        shadeBy(point, 1 - 0.1 * coverage(inside, footprint));
      }
      shadeBy(point, 1 - 0.85 * coverage(half - side - 0.007, Math.max(footprint, 0.006)));
      const knob = coverage(Math.hypot(side - half + 0.09, v - 1.05) - 0.035, footprint);
      paintOver(point, [0.55, 0.42, 0.18], knob);
      const plate = coverage(
        Math.max(Math.abs(v - 0.12) - 0.09, Math.abs(side - half / 2) - half / 2 + 0.05),
        footprint,
      );
      paintOver(point, [0.3, 0.27, 0.2], plate * 0.8);
    },
  };
}

export interface ClothOptions {
  readonly seed: number;
  readonly colours: readonly [Rgb, Rgb];
  readonly stripe: number;
}

/** Striped awning; stripes run along v. */
export function cloth({ seed, colours, stripe }: ClothOptions): Material {
  return {
    mean: mix(colours[0], colours[1], 0.5),
    shade(point) {
      const { u, v, footprint } = point;
      const place = u / stripe;
      const band = Math.floor(place);
      const edge = (Math.abs(place - band - 0.5) - 0.5) * stripe;
      const share = coverage(edge, footprint * 2);
      const [own, other] = band % 2 === 0 ? colours : ([colours[1], colours[0]] as const);
      const dust = fractalNoise(u, v, 0.6, 4, footprint, seed);
      paint(point, mix(other, own, 0.5 + share / 2), 0.95 + 0.14 * dust);
      point.slopeU = 0.08 * Math.sin(u * 5 + 2 * dust);
    },
  };
}

/** A print on a board or sheet of plain stock. */
export function printed(print: Print, stock: Rgb, options: { gloss?: number; glow?: number } = {}): Material {
  const glow = options.glow ?? 0;
  return {
    mean: mix(stock, [0.4, 0.4, 0.4], 0.4),
    shade(point) {
      paint(point, stock);
      print.paintAt(point, point.u, point.v);
      const dirt = fractalNoise(point.u, point.v, 0.4, 4, point.footprint, 91);
      shadeBy(point, 0.97 + 0.1 * dirt);
      point.gloss = options.gloss ?? 0;
      point.emitR = glow * point.r;
      point.emitG = glow * point.g;
      point.emitB = glow * point.b;
    },
  };
}

/** Something that shines, such as the glass of a lantern. */
export function glowing(colour: Rgb, strength: number): Material {
  return {
    mean: colour,
    glow: [colour[0] * strength, colour[1] * strength, colour[2] * strength],
    shade(point) {
      paint(point, colour, 0.7);
      point.emitR = colour[0] * strength;
      point.emitG = colour[1] * strength;
      point.emitB = colour[2] * strength;
    },
  };
}
