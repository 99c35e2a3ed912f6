/** Facades of townhouses: floors of windows with sills and lintels, shop fronts, doors, cornices, roofs. */
import type { Random } from '../../random.ts';
import { hex, mix, type Rgb } from '../colour.ts';
import { block, type Frame, locate, niche, type Opening, wallWithOpenings } from '../construct.ts';
import type { Material } from '../material.ts';
import { door, painted, type WindowOptions, windowPane } from '../materials/joinery.ts';
import type { Quad } from '../scene.ts';
import { add, scale, up, type Vec3 } from '../vector.ts';

export interface FacadeOpening extends Opening {
  readonly kind: 'window' | 'shop' | 'door';
}

export interface FacadeStyle {
  readonly wall: Material;
  /** Sills, lintels, cornices, plinth. */
  readonly trim: Material;
  readonly frame: Rgb;
  readonly door: Rgb;
  /** Null for bare windows. */
  readonly shutters: Rgb | null;
  readonly lintel: 'stone' | 'none' | 'surround';
  /** Share of the windows with light behind them. */
  readonly litShare: number;
  readonly paneRows: readonly number[];
  readonly paneColumns: number;
}

export interface Facade {
  readonly frame: Frame;
  readonly width: number;
  readonly height: number;
  readonly openings: readonly FacadeOpening[];
  /** Heights of the bands between floors. */
  readonly bands: readonly number[];
  readonly style: FacadeStyle;
  /** Depth of the cornice; 0 for none. */
  readonly cornice: number;
}

/** Openings of one floor, evenly spaced. */
export function evenRow(
  kind: FacadeOpening['kind'],
  wall: { readonly from: number; readonly to: number; readonly count: number },
  width: number,
  z: readonly [number, number],
): FacadeOpening[] {
  const pitch = (wall.to - wall.from) / wall.count;
  return Array.from({ length: wall.count }, (_, k) => {
    const middle = wall.from + (k + 0.5) * pitch;
    return { kind, x: [middle - width / 2, middle + width / 2], z };
  });
}

const lampTints: readonly Rgb[] = [hex(0xffa850), hex(0xff9d42), hex(0xffbf74), hex(0xf2ae62)];

function closing(opening: FacadeOpening, style: FacadeStyle, random: Random): Material {
  const width = opening.x[1] - opening.x[0];
  const height = opening.z[1] - opening.z[0];
  const seed = random.integer(1, 1e6);
  const tint = random.pick(lampTints);
  const brightness = random.uniform(0.55, 1.25);
  const lit = random.next() < (opening.kind === 'shop' ? 0.9 : style.litShare);
  const light: Rgb | null = lit ? [tint[0] * brightness, tint[1] * brightness, tint[2] * brightness] : null;
  const dressing = random.pick<WindowOptions['dressing']>(['curtains', 'curtains', 'blind', 'none']);
  if (opening.kind === 'door') return door({ seed, width, height, colour: style.door, light });
  if (opening.kind === 'shop') {
    const columns = Math.max(2, Math.round(width / 1.1));
    return windowPane({
      seed,
      width,
      height,
      columns,
      rows: [0.74, 0.26],
      frame: style.door,
      light,
      dressing: 'none',
    });
  }
  return windowPane({
    seed,
    width,
    height,
    columns: style.paneColumns,
    rows: style.paneRows,
    frame: style.frame,
    light,
    dressing,
  });
}

function dress(facade: Facade, opening: FacadeOpening, random: Random): Quad[] {
  const { frame, style } = facade;
  const { x, z, kind } = opening;
  const quads = niche(
    frame,
    opening,
    kind === 'door' ? 0.32 : 0.2,
    style.trim,
    closing(opening, style, random),
  );
  if (kind !== 'door') {
    quads.push(
      ...block(frame, { x: [x[0] - 0.09, x[1] + 0.09], z: [z[0] - 0.1, z[0]], d: [-0.02, 0.1] }, style.trim, {
        withoutBack: true,
      }),
    );
  }
  if (style.lintel !== 'none' || kind !== 'window') {
    quads.push(
      ...block(
        frame,
        { x: [x[0] - 0.14, x[1] + 0.14], z: [z[1], z[1] + 0.22], d: [-0.02, 0.05] },
        style.trim,
        { withoutBack: true },
      ),
    );
  }
  if (style.lintel === 'surround' && kind === 'window') {
    for (const side of [
      [x[0] - 0.13, x[0]],
      [x[1], x[1] + 0.13],
    ] as const) {
      quads.push(
        ...block(frame, { x: side, z: [z[0], z[1]], d: [-0.02, 0.04] }, style.trim, { withoutBack: true }),
      );
    }
  }
  if (style.shutters !== null && kind === 'window') {
    const leaf = (x[1] - x[0]) * 0.48;
    const slats = painted({ seed: random.integer(1, 1e6), colour: style.shutters, board: 0.09 });
    for (const start of [x[0] - leaf - 0.03, x[1] + 0.03]) {
      quads.push(
        ...block(frame, { x: [start, start + leaf], z: [z[0] + 0.02, z[1]], d: [0.015, 0.06] }, slats),
      );
    }
  }
  return quads;
}

export function buildFacade(facade: Facade, random: Random): Quad[] {
  const { frame, width, height, openings, bands, style } = facade;
  const quads = wallWithOpenings(frame, width, height, openings, style.wall);
  for (const opening of openings) quads.push(...dress(facade, opening, random));
  for (const z of bands) {
    quads.push(
      ...block(frame, { x: [0, width], z: [z - 0.11, z + 0.11], d: [-0.02, 0.07] }, style.trim, {
        withoutBack: true,
      }),
    );
  }
  // The plinth stops at doors and shop fronts that reach below it.
  const plinth = 0.55;
  let left = 0;
  const gaps = openings.filter(({ z }) => z[0] < plinth).sort((a, b) => a.x[0] - b.x[0]);
  for (const { x } of [...gaps, { x: [width, width] as const }]) {
    if (x[0] > left) {
      quads.push(
        ...block(frame, { x: [left, x[0]], z: [0, plinth], d: [-0.02, 0.05] }, style.trim, {
          withoutBack: true,
        }),
      );
    }
    left = x[1];
  }
  if (facade.cornice > 0) {
    const out = facade.cornice;
    quads.push(
      ...block(frame, { x: [0, width], z: [height - 0.5, height - 0.3], d: [-0.02, out * 0.35] }, style.trim),
      ...block(frame, { x: [0, width], z: [height - 0.3, height - 0.12], d: [-0.02, out * 0.7] }, style.trim),
      ...block(
        frame,
        { x: [-0.05, width + 0.05], z: [height - 0.12, height + 0.05], d: [-0.3, out] },
        style.trim,
      ),
    );
    const brackets = Math.round(width / 0.6);
    for (let k = 0; k < brackets; k++) {
      const x = ((k + 0.5) * width) / brackets;
      quads.push(
        ...block(
          frame,
          { x: [x - 0.07, x + 0.07], z: [height - 0.34, height - 0.12], d: [0, out * 0.85] },
          style.trim,
        ),
      );
    }
  }
  return quads;
}

export interface Roof {
  /** Height of the eaves. */
  readonly height: number;
  /** How far the slope goes back and up. */
  readonly depth: number;
  readonly rise: number;
  readonly material: Material;
  /** Where the slope meets that of a neighbouring wall: how far its upper edge is shorter at either end. */
  readonly hips?: readonly [left: number, right: number];
  /** Closes the open ends above the walls. */
  readonly gables?: Material;
}

/** A roof slope above a facade of `width`. */
export function roofSlope(
  frame: Frame,
  width: number,
  { height, depth, rise, material, hips = [0, 0], gables }: Roof,
): Quad[] {
  const back = scale(frame.outward, -depth);
  const slope: Vec3 = [back[0], back[1], rise];
  const [left, right] = hips;
  const eaves = (x: number) => locate(frame, x, height, 0);
  const quads: Quad[] = [
    { corner: eaves(left), sideU: scale(frame.along, width - left - right), sideV: slope, material, u: left },
  ];
  if (left > 0) {
    const lean = scale(frame.along, left);
    quads.push({ corner: eaves(0), sideU: lean, sideV: add(slope, lean), material, shape: 'triangle' });
  }
  if (right > 0) {
    const run = scale(frame.along, right);
    quads.push({
      corner: eaves(width - right),
      sideU: run,
      sideV: slope,
      material,
      u: width - right,
      shape: 'triangle',
    });
  }
  if (gables !== undefined) {
    for (const [x, hip] of [
      [0, left],
      [width, right],
    ] as const) {
      if (hip > 0) continue;
      const foot = add(eaves(x), back);
      const forth = scale(back, -1);
      const [sideU, sideV] = x === 0 ? [forth, scale(up, rise)] : [scale(up, rise), forth];
      quads.push({ corner: foot, sideU, sideV, material: gables, v: height, shape: 'triangle' });
    }
  }
  return quads;
}

/** A dormer with its own window, standing on a roof. */
export function dormer(
  frame: Frame,
  x: number,
  z: number,
  d: number,
  style: FacadeStyle,
  random: Random,
): Quad[] {
  const [width, height] = [1.3, 1.5];
  const front: Frame = { ...frame, origin: locate(frame, x - width / 2, z, d) };
  const opening: FacadeOpening = { kind: 'window', x: [0.2, width - 0.2], z: [0.15, height - 0.15] };
  const cheeks = painted({ seed: 31, colour: mix(style.frame, [0.1, 0.1, 0.1], 0.4) });
  const walls = block(front, { x: [0, width], z: [0, height], d: [-2, 0] }, cheeks).slice(1);
  return [
    ...wallWithOpenings(front, width, height, [opening], cheeks),
    ...niche(front, opening, 0.12, cheeks, closing(opening, style, random)),
    ...walls,
    ...block(front, { x: [-0.12, width + 0.12], z: [height, height + 0.12], d: [-2, 0.18] }, style.trim),
  ];
}

export function chimney(
  frame: Frame,
  x: number,
  z: readonly [number, number],
  d: number,
  material: Material,
  cap: Material,
): Quad[] {
  return [
    ...block(frame, { x: [x - 0.4, x + 0.4], z, d: [d - 0.3, d + 0.3] }, material),
    ...block(frame, { x: [x - 0.48, x + 0.48], z: [z[1], z[1] + 0.15], d: [d - 0.38, d + 0.38] }, cap),
  ];
}
