/**
 * A scene of parallelograms and the rays through it.
 *
 * One primitive is enough for houses, steps, poles and leaves, and it has exact surface coordinates: ground
 * truth by intersection, not by an interpolated depth map. Rays find them through a bounding volume hierarchy in
 * flat arrays, split by the surface area heuristic (Wald, "On fast Construction of SAH-based BVHs", 2007).
 */
import type { Material } from './material.ts';
import { cross, dot, norm, normalize, scale, type Vec3 } from './vector.ts';

export interface Quad {
  readonly corner: Vec3;
  /** Sides from the corner; u runs along the first, v along the second. */
  readonly sideU: Vec3;
  readonly sideV: Vec3;
  readonly material: Material;
  /** Surface coordinates at the corner in metres; a wall cut into pieces keeps one pattern. */
  readonly u?: number;
  readonly v?: number;
  /**
   * Only a part of the parallelogram: `round` is the ellipse that touches all four sides (leaves, discs), `triangle`
   * the half that holds the corner.
   */
  readonly shape?: 'round' | 'triangle';
  /** Slope of the normal at the ends of sideU, so that the facets of a column look round; 0 = flat. */
  readonly bend?: number;
}

/** Result of the last successful `intersect`. */
export interface Hit {
  /** Distance along the ray, in units of its direction. */
  distance: number;
  /** Index of the quad: the surface's identity. */
  quad: number;
  /** Position within the quad, 0 to 1 each. */
  u: number;
  v: number;
}

export interface Scene {
  readonly quads: readonly Quad[];
  /** Unit normals, three numbers a quad. */
  readonly normals: Float64Array;
  /** Nearest surface between `near` and `far`; false when the ray leaves the scene. Writes into `hit`. */
  intersect(origin: Vec3, direction: Vec3, near: number, far: number, hit: Hit): boolean;
  /** True when anything lies between `near` and `far`. */
  isBlocked(origin: Vec3, direction: Vec3, near: number, far: number): boolean;
}

export const createHit = (): Hit => ({ distance: 0, quad: -1, u: 0, v: 0 });

/** Origin offset, dual of sideU, dual of sideV, normal: see `fillPlane`. */
const planeStride = 12;

/** The dual vectors turn a point of the plane into its (u, v) with two dot products. */
function fillPlane(quad: Quad, planes: Float64Array, at: number): Vec3 {
  const normal = normalize(cross(quad.sideU, quad.sideV));
  const acrossV = cross(quad.sideV, normal);
  const acrossU = cross(normal, quad.sideU);
  const dualU = scale(acrossV, 1 / dot(quad.sideU, acrossV));
  const dualV = scale(acrossU, 1 / dot(quad.sideV, acrossU));
  planes.set(normal, at);
  planes[at + 3] = dot(normal, quad.corner);
  planes.set(dualU, at + 4);
  planes[at + 7] = dot(dualU, quad.corner);
  planes.set(dualV, at + 8);
  planes[at + 11] = dot(dualV, quad.corner);
  return normal;
}

interface Tree {
  /** min x, y, z, max x, y, z for each node. */
  readonly bounds: Float64Array;
  /** First quad of a leaf, or the second child of an inner node (its first child follows it). */
  readonly next: Int32Array;
  /** Number of quads of a leaf; 0 for inner nodes. */
  readonly count: Int32Array;
  /** Split axis of inner nodes. */
  readonly axis: Uint8Array;
  readonly order: Int32Array;
}

const axes = [0, 1, 2] as const;
const binCount = 12;
/** Price of visiting two child boxes, in intersections of one quad. */
const visitCost = 3;

/** min x, y, z, max x, y, z of each quad, with a margin that keeps flat boxes from losing rays to rounding. */
function boundQuads(quads: readonly Quad[]): Float64Array {
  const boxes = new Float64Array(6 * quads.length);
  for (const [index, { corner, sideU, sideV }] of quads.entries()) {
    for (const axis of axes) {
      const [c, u, v] = [corner[axis], sideU[axis], sideV[axis]];
      boxes[6 * index + axis] = c + Math.min(u, 0) + Math.min(v, 0) - 1e-6;
      boxes[6 * index + 3 + axis] = c + Math.max(u, 0) + Math.max(v, 0) + 1e-6;
    }
  }
  return boxes;
}

const emptyBox = () => {
  const infinity = Number.POSITIVE_INFINITY;
  return [infinity, infinity, infinity, -infinity, -infinity, -infinity];
};

function enclose(box: number[], boxes: Float64Array | number[], at: number): void {
  for (const axis of axes) {
    box[axis] = Math.min(box[axis]!, boxes[at + axis]!);
    box[axis + 3] = Math.max(box[axis + 3]!, boxes[at + axis + 3]!);
  }
}

function surfaceArea(box: readonly number[]): number {
  const [x, y, z] = [box[3]! - box[0]!, box[4]! - box[1]!, box[5]! - box[2]!];
  return x >= 0 ? x * y + y * z + z * x : 0;
}

interface Split {
  readonly axis: number;
  readonly isBelow: (index: number) => boolean;
}

/** The cheapest of the splits between bins, by the surface area heuristic; null when no split pays. */
function chooseSplit(boxes: Float64Array, indices: Int32Array, area: number): Split | null {
  let best: Split | null = null;
  let bestCost = area * indices.length;
  for (const axis of axes) {
    const middle = (index: number) => boxes[6 * index + axis]! + boxes[6 * index + 3 + axis]!;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const index of indices) {
      low = Math.min(low, middle(index));
      high = Math.max(high, middle(index));
    }
    if (!(high > low)) continue;
    const binOf = (index: number) =>
      Math.min(Math.floor(((middle(index) - low) / (high - low)) * binCount), binCount - 1);
    const bins = Array.from({ length: binCount }, () => ({ count: 0, box: emptyBox() }));
    for (const index of indices) {
      const bin = bins[binOf(index)]!;
      bin.count++;
      enclose(bin.box, boxes, 6 * index);
    }
    const costAbove = new Float64Array(binCount);
    const above = emptyBox();
    let count = 0;
    for (let bin = binCount - 1; bin > 0; bin--) {
      enclose(above, bins[bin]!.box, 0);
      count += bins[bin]!.count;
      costAbove[bin] = count * surfaceArea(above);
    }
    const below = emptyBox();
    count = 0;
    for (let bin = 0; bin + 1 < binCount; bin++) {
      enclose(below, bins[bin]!.box, 0);
      count += bins[bin]!.count;
      const cost = count * surfaceArea(below) + costAbove[bin + 1]! + visitCost * area;
      if (count > 0 && count < indices.length && cost < bestCost) {
        bestCost = cost;
        best = { axis, isBelow: (index) => binOf(index) <= bin };
      }
    }
  }
  return best;
}

function buildTree(quads: readonly Quad[]): Tree {
  const boxes = boundQuads(quads);
  const order = Int32Array.from(quads.keys());
  const capacity = 2 * Math.max(quads.length, 1);
  const bounds = new Float64Array(6 * capacity);
  const next = new Int32Array(capacity);
  const count = new Int32Array(capacity);
  const axisOf = new Uint8Array(capacity);
  let used = 0;
  const build = (start: number, end: number) => {
    const node = used++;
    const box = emptyBox();
    for (let k = start; k < end; k++) enclose(box, boxes, 6 * order[k]!);
    bounds.set(box, 6 * node);
    const indices = order.slice(start, end);
    const split = indices.length > 1 ? chooseSplit(boxes, indices, surfaceArea(box)) : null;
    if (split === null) {
      next[node] = start;
      count[node] = end - start;
      return;
    }
    const { axis, isBelow } = split;
    const first = indices.filter(isBelow);
    const half = start + first.length;
    order.set(first, start);
    order.set(
      indices.filter((index) => !isBelow(index)),
      half,
    );
    axisOf[node] = axis;
    build(start, half);
    next[node] = used;
    build(half, end);
  };
  if (quads.length > 0) build(0, quads.length);
  return { bounds, next, count, axis: axisOf, order };
}

const shapeCodes = { whole: 0, round: 1, triangle: 2 } as const;

export function createScene(quads: readonly Quad[]): Scene {
  const { bounds, next, count, axis: axisOf, order } = buildTree(quads);
  // Planes lie in the order of the leaves, so that a leaf reads memory in one stretch.
  const planes = new Float64Array(planeStride * quads.length);
  const shapes = new Uint8Array(quads.length);
  const normals = new Float64Array(3 * quads.length);
  for (const [place, index] of order.entries()) {
    normals.set(fillPlane(quads[index]!, planes, planeStride * place), 3 * index);
    shapes[place] = shapeCodes[quads[index]!.shape ?? 'whole'];
  }
  const stack = new Int32Array(64);

  /** The one traversal; `hit` null asks only whether anything is there. */

  function traverse(origin: Vec3, direction: Vec3, near: number, far: number, hit: Hit | null): boolean {
    if (quads.length === 0) return false;
    const ox = origin[0];
    const oy = origin[1];
    const oz = origin[2];
    const dx = direction[0];
    const dy = direction[1];
    const dz = direction[2];
    const ix = 1 / dx;
    const iy = 1 / dy;
    const iz = 1 / dz;
    let closest = far;
    let found = -1;
    let foundU = 0;
    let foundV = 0;
    let depth = 0;
    stack[depth++] = 0;
    while (depth > 0) {
      const node = stack[--depth]!;
      const at = 6 * node;
      const x0 = (bounds[at]! - ox) * ix;
      const x1 = (bounds[at + 3]! - ox) * ix;
      const y0 = (bounds[at + 1]! - oy) * iy;
      const y1 = (bounds[at + 4]! - oy) * iy;
      const z0 = (bounds[at + 2]! - oz) * iz;
      const z1 = (bounds[at + 5]! - oz) * iz;
      const enter = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1));
      const leave = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1));
      if (enter > leave || enter > closest || leave < near) continue;
      const quadsHere = count[node]!;
      if (quadsHere === 0) {
        const axis = axisOf[node]!;
        const backwards = (axis === 0 ? dx : axis === 1 ? dy : dz) < 0;
        stack[depth++] = backwards ? node + 1 : next[node]!;
        stack[depth++] = backwards ? next[node]! : node + 1;
        continue;
      }
      const first = next[node]!;
      for (let place = first; place < first + quadsHere; place++) {
        const p = planeStride * place;
        const facing = planes[p]! * dx + planes[p + 1]! * dy + planes[p + 2]! * dz;
        if (facing === 0) continue;
        const distance =
          (planes[p + 3]! - planes[p]! * ox - planes[p + 1]! * oy - planes[p + 2]! * oz) / facing;
        if (!(distance > near && distance < closest)) continue;
        const x = ox + distance * dx;
        const y = oy + distance * dy;
        const z = oz + distance * dz;
        const u = planes[p + 4]! * x + planes[p + 5]! * y + planes[p + 6]! * z - planes[p + 7]!;
        if (!(u >= -1e-9 && u <= 1 + 1e-9)) continue;
        const v = planes[p + 8]! * x + planes[p + 9]! * y + planes[p + 10]! * z - planes[p + 11]!;
        if (!(v >= -1e-9 && v <= 1 + 1e-9)) continue;
        const shape = shapes[place]!;
        if (shape === shapeCodes.round && (2 * u - 1) ** 2 + (2 * v - 1) ** 2 > 1) continue;
        if (shape === shapeCodes.triangle && u + v > 1 + 1e-9) continue;
        if (hit === null) return true;
        closest = distance;
        found = order[place]!;
        foundU = u;
        foundV = v;
      }
    }
    if (found < 0 || hit === null) return false;
    hit.distance = closest;
    hit.quad = found;
    hit.u = foundU;
    hit.v = foundV;
    return true;
  }

  return {
    quads,
    normals,
    intersect: traverse,
    isBlocked: (origin, direction, near, far) => traverse(origin, direction, near, far, null),
  };
}

/** Lengths of a quad's sides in metres. */
export function quadSize(quad: Quad): readonly [u: number, v: number] {
  return [norm(quad.sideU), norm(quad.sideV)];
}
