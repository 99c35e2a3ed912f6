/** Things made of parallelograms: boxes, columns, walls with openings, trees. */
import type { Random } from '../random.ts';
import type { Material } from './material.ts';
import type { Quad } from './scene.ts';
import { add, cross, normalize, scale, tangents, up, type Vec3 } from './vector.ts';

/**
 * A place to build from: x runs `along`, z up, d `outward`. For a facade seen from the street, `along` points to
 * the right and `outward` at the viewer.
 */
export interface Frame {
  readonly origin: Vec3;
  readonly along: Vec3;
  readonly outward: Vec3;
}

export function createFrame(origin: Vec3, alongDegrees: number): Frame {
  const angle = (alongDegrees * Math.PI) / 180;
  const along: Vec3 = [Math.cos(angle), Math.sin(angle), 0];
  return { origin, along, outward: cross(along, up) };
}

export function locate(frame: Frame, x: number, z: number, d: number): Vec3 {
  return add(add(frame.origin, scale(frame.along, x)), add(scale(up, z), scale(frame.outward, d)));
}

/** Lowest and highest value on each axis of a frame. */
export interface Extent {
  readonly x: readonly [number, number];
  readonly z: readonly [number, number];
  readonly d: readonly [number, number];
}

/** A block; `faces` may leave out what nobody can see, or give the top a material of its own. */
export function block(
  frame: Frame,
  { x, z, d }: Extent,
  material: Material,
  faces: { readonly top?: Material; readonly withoutBack?: boolean } = {},
): Quad[] {
  const [width, height, depth] = [x[1] - x[0], z[1] - z[0], d[1] - d[0]];
  const right = scale(frame.along, width);
  const rise = scale(up, height);
  const back = scale(frame.outward, -depth);
  const left = scale(right, -1);
  const forth = scale(back, -1);
  const at = (px: number, pz: number, pd: number) => locate(frame, px, pz, pd);
  const quads: Quad[] = [
    { corner: at(x[0], z[0], d[1]), sideU: right, sideV: rise, material, u: x[0], v: z[0] },
    { corner: at(x[1], z[0], d[1]), sideU: back, sideV: rise, material, u: x[1], v: z[0] },
    { corner: at(x[0], z[0], d[0]), sideU: forth, sideV: rise, material, u: x[0] - depth, v: z[0] },
    {
      corner: at(x[0], z[1], d[1]),
      sideU: right,
      sideV: back,
      material: faces.top ?? material,
      u: x[0],
      v: z[1],
    },
    { corner: at(x[0], z[0], d[0]), sideU: right, sideV: forth, material, u: x[0], v: z[0] },
  ];
  if (!faces.withoutBack) {
    quads.push({ corner: at(x[1], z[0], d[0]), sideU: left, sideV: rise, material, u: x[1], v: z[0] });
  }
  return quads;
}

/** An upright column between two heights, tapering from one radius to another, with rounded shading. */
export function column(
  foot: Vec3,
  height: number,
  radius: number,
  material: Material,
  options: { readonly sides?: number; readonly top?: Material } = {},
): Quad[] {
  const sides = options.sides ?? 12;
  const quads: Quad[] = [];
  const corner = (k: number): Vec3 => {
    const angle = (2 * Math.PI * k) / sides;
    return [foot[0] + radius * Math.cos(angle), foot[1] + radius * Math.sin(angle), foot[2]];
  };
  const facet = 2 * radius * Math.sin(Math.PI / sides);
  for (let k = 0; k < sides; k++) {
    const [a, b] = [corner(k), corner(k + 1)];
    quads.push({
      corner: a,
      sideU: [b[0] - a[0], b[1] - a[1], 0],
      sideV: [0, 0, height],
      material,
      u: k * facet,
      v: foot[2],
      bend: Math.tan(Math.PI / sides),
    });
  }
  quads.push({
    corner: [foot[0] - radius, foot[1] - radius, foot[2] + height],
    sideU: [2 * radius, 0, 0],
    sideV: [0, 2 * radius, 0],
    material: options.top ?? material,
    shape: 'round',
  });
  return quads;
}

/** A straight bar with a square section between two points. */
export function bar(from: Vec3, to: Vec3, thickness: number, material: Material): Quad[] {
  const axis: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const [a, b] = tangents(normalize(axis));
  const half = thickness / 2;
  const sides: ReadonlyArray<readonly [Vec3, Vec3]> = [
    [a, b],
    [b, scale(a, -1)],
    [scale(a, -1), scale(b, -1)],
    [scale(b, -1), a],
  ];
  return sides.map(([out, across]) => ({
    corner: add(from, add(scale(out, half), scale(across, -half))),
    sideU: scale(across, thickness),
    sideV: axis,
    material,
  }));
}

export interface Opening {
  readonly x: readonly [number, number];
  readonly z: readonly [number, number];
}

/** A wall of `width` by `height` at d = 0, cut around rectangular openings that do not overlap. */
export function wallWithOpenings(
  frame: Frame,
  width: number,
  height: number,
  openings: readonly Opening[],
  material: Material,
): Quad[] {
  const cuts = [...new Set([0, width, ...openings.flatMap(({ x }) => [...x])])].sort((a, b) => a - b);
  const quads: Quad[] = [];
  for (let k = 0; k + 1 < cuts.length; k++) {
    const [left, right] = [cuts[k]!, cuts[k + 1]!];
    const holes = openings
      .filter(({ x }) => x[0] < right && x[1] > left)
      .map(({ z }) => z)
      .sort((a, b) => a[0] - b[0]);
    let bottom = 0;
    for (const [low, high] of [...holes, [height, height] as const]) {
      if (low > bottom) {
        quads.push({
          corner: locate(frame, left, bottom, 0),
          sideU: scale(frame.along, right - left),
          sideV: [0, 0, low - bottom],
          material,
          u: left,
          v: bottom,
        });
      }
      bottom = high;
    }
  }
  return quads;
}

/** The four sides of an opening and what closes it, `depth` behind the wall. */
export function niche(
  frame: Frame,
  { x, z }: Opening,
  depth: number,
  sides: Material,
  closing: Material,
): Quad[] {
  const width = x[1] - x[0];
  const height = z[1] - z[0];
  const inward = scale(frame.outward, -depth);
  const outward = scale(frame.outward, depth);
  return [
    {
      corner: locate(frame, x[0], z[0], -depth),
      sideU: scale(frame.along, width),
      sideV: [0, 0, height],
      material: closing,
    },
    { corner: locate(frame, x[0], z[0], 0), sideU: inward, sideV: [0, 0, height], material: sides, v: z[0] },
    {
      corner: locate(frame, x[1], z[0], -depth),
      sideU: outward,
      sideV: [0, 0, height],
      material: sides,
      v: z[0],
    },
    {
      corner: locate(frame, x[0], z[0], 0),
      sideU: scale(frame.along, width),
      sideV: inward,
      material: sides,
      u: x[0],
    },
    {
      corner: locate(frame, x[0], z[1], -depth),
      sideU: scale(frame.along, width),
      sideV: outward,
      material: sides,
      u: x[0],
    },
  ];
}

export interface LeafCloud {
  readonly middle: Vec3;
  readonly radii: Vec3;
  readonly count: number;
  /** Length of a leaf in metres. */
  readonly size: number;
}

/** Leaves through an ellipsoid, denser towards its surface and gathered in tufts. */
export function leaves(cloud: LeafCloud, materials: readonly Material[], random: Random): Quad[] {
  const pointOnSphere = (): Vec3 => normalize([random.normal(), random.normal(), random.normal() + 1e-9]);
  const quads: Quad[] = [];
  const tuftSize = 14;
  while (quads.length < cloud.count) {
    const reach = random.uniform(0.35, 1) ** 0.6;
    const place = pointOnSphere();
    const tuft: Vec3 = [
      cloud.middle[0] + place[0] * cloud.radii[0] * reach,
      cloud.middle[1] + place[1] * cloud.radii[1] * reach,
      cloud.middle[2] + place[2] * cloud.radii[2] * reach,
    ];
    for (let k = 0; k < tuftSize; k++) {
      const spread = cloud.size * 1.7;
      const at = add(tuft, [
        random.normal() * spread,
        random.normal() * spread,
        random.normal() * spread * 0.8,
      ]);
      // Leaves lie mostly open to the sky.
      const normal = normalize(add(pointOnSphere(), [place[0] * 0.5, place[1] * 0.5, 0.9]));
      const [a, b] = tangents(normal);
      const turn = random.uniform(0, 2 * Math.PI);
      const length = cloud.size * random.uniform(0.7, 1.2);
      const sideU = scale(add(scale(a, Math.cos(turn)), scale(b, Math.sin(turn))), length * 0.62);
      const sideV = scale(add(scale(a, -Math.sin(turn)), scale(b, Math.cos(turn))), length);
      quads.push({ corner: at, sideU, sideV, material: random.pick(materials), shape: 'round' });
    }
  }
  return quads;
}

/** A trunk that forks into limbs, and the crown they carry. */
export function tree(
  foot: Vec3,
  trunkHeight: number,
  crown: LeafCloud,
  wood: Material,
  foliage: readonly Material[],
  random: Random,
): Quad[] {
  const fork: Vec3 = [foot[0], foot[1], foot[2] + trunkHeight];
  const limbs = Array.from({ length: 9 }, (_, k) => {
    const angle = (2 * Math.PI * (k + random.uniform(0, 0.6))) / 9;
    const reach = random.uniform(0.4, 0.8);
    const tip: Vec3 = [
      crown.middle[0] + crown.radii[0] * reach * Math.cos(angle),
      crown.middle[1] + crown.radii[1] * reach * Math.sin(angle),
      crown.middle[2] + crown.radii[2] * random.uniform(-0.3, 0.6),
    ];
    return bar(fork, tip, 0.06, wood);
  });
  return [
    ...column(foot, trunkHeight + 0.1, 0.13, wood, { sides: 10 }),
    ...limbs.flat(),
    ...leaves(crown, foliage, random),
  ];
}
