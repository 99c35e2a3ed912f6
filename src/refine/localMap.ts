/**
 * The affine map around a match, read off its neighbours: how they lie in picture 0 against how they lie in
 * picture 1. Some of them are false, so the fit starts from the similarity through two of them that most others
 * agree with, and is then weighted by how well each fits.
 */
import type Flatbush from 'flatbush';
import type { Points } from '../geometry/coordinates.ts';
import { solveSymmetric } from '../geometry/symmetricSystem.ts';
import type { PatchMap } from './patchMap.ts';

/** The matches that a map is read off, in pixels of the two pictures. */
export interface Neighbourhood {
  readonly keypoints0: Points<'input'>;
  readonly keypoints1: Points<'input'>;
  /** Of `keypoints0`. */
  readonly index: Flatbush;
}

export interface LocalMap {
  /** Where the neighbours say that the point lies, and how its surroundings do. */
  readonly map: PatchMap;
  /** Share of the neighbours within `AGREEING_PX` of it. */
  readonly agreement: number;
}

const MOST_NEIGHBOURS = 12;
const LEAST_NEIGHBOURS = 5;
const AGREEING_PX = 3;
/** Neighbours nearer to each other say nothing of turn and scale. */
const LEAST_BASE_PX = 6;
const [LEAST_SCALE, LARGEST_SCALE] = [0.2, 5];
const FIT_STEPS = 6;
/** Squared pixels of the neighbours' spread that the similarity counts for. */
const SIMILARITY_WEIGHT = 20;

/** @returns a function of a point of picture 0; null where it has too few neighbours */
export function createMapReader({
  keypoints0,
  keypoints1,
  index,
}: Neighbourhood): (x: number, y: number) => LocalMap | null {
  // Places around the point in picture 0, and around a neighbour's place in picture 1: small numbers.
  const from = new Float64Array(2 * MOST_NEIGHBOURS);
  const to = new Float64Array(2 * MOST_NEIGHBOURS);
  /** Squared. */
  const tolerances = new Float64Array(MOST_NEIGHBOURS);
  const weights = new Float64Array(MOST_NEIGHBOURS);

  return (x, y) => {
    const near = index.neighbors(x, y, MOST_NEIGHBOURS);
    if (near.length < LEAST_NEIGHBOURS) return null;
    const [originX, originY] = [keypoints1[2 * near[0]!]!, keypoints1[2 * near[0]! + 1]!];
    for (const [n, k] of near.entries()) {
      from[2 * n] = keypoints0[2 * k]! - x;
      from[2 * n + 1] = keypoints0[2 * k + 1]! - y;
      to[2 * n] = keypoints1[2 * k]! - originX;
      to[2 * n + 1] = keypoints1[2 * k + 1]! - originY;
      // The farther, the more it may be off.
      tolerances[n] = (1.5 + 0.1 * Math.sqrt(from[2 * n]! ** 2 + from[2 * n + 1]! ** 2)) ** 2;
    }
    const similarity = mostAgreedSimilarity(from, to, tolerances, near.length);
    const map = fitAffine(from, to, weights, near.length, similarity);
    let agreeing = 0;
    for (let n = 0; n < near.length; n++) {
      if (squaredResidual(map, from, to, n) < AGREEING_PX ** 2) agreeing++;
    }
    map[0]! += originX;
    map[1]! += originY;
    return { map, agreement: agreeing / near.length };
  };
}

/** Through two neighbours each, in the order of their distance. */
function mostAgreedSimilarity(
  from: Float64Array,
  to: Float64Array,
  tolerances: Float64Array,
  count: number,
): PatchMap {
  let best = Float64Array.of(to[0]! - from[0]!, to[1]! - from[1]!, 1, 0, 0, 1);
  let most = supportOf(best, from, to, tolerances, count);
  for (let lag = 1; lag <= 2; lag++) {
    for (let i = 0; i < count; i++) {
      const j = (i + lag) % count;
      const [u, v] = [from[2 * j]! - from[2 * i]!, from[2 * j + 1]! - from[2 * i + 1]!];
      const [p, q] = [to[2 * j]! - to[2 * i]!, to[2 * j + 1]! - to[2 * i + 1]!];
      const squared = u ** 2 + v ** 2;
      if (squared < LEAST_BASE_PX ** 2) continue;
      const [cosine, sine] = [(p * u + q * v) / squared, (q * u - p * v) / squared];
      const scale = Math.sqrt(cosine ** 2 + sine ** 2);
      if (scale < LEAST_SCALE || scale > LARGEST_SCALE) continue;
      const map = Float64Array.of(
        to[2 * i]! - cosine * from[2 * i]! + sine * from[2 * i + 1]!,
        to[2 * i + 1]! - sine * from[2 * i]! - cosine * from[2 * i + 1]!,
        cosine,
        -sine,
        sine,
        cosine,
      );
      const support = supportOf(map, from, to, tolerances, count);
      if (support > most) [best, most] = [map, support];
    }
  }
  return best;
}

/** Nearly all of what fits counts, next to nothing of what does not. */
function supportOf(
  map: PatchMap,
  from: Float64Array,
  to: Float64Array,
  tolerances: Float64Array,
  count: number,
): number {
  let support = 0;
  for (let n = 0; n < count; n++) {
    support += 1 / (1 + squaredResidual(map, from, to, n) / tolerances[n]!);
  }
  return support;
}

function squaredResidual(map: PatchMap, from: Float64Array, to: Float64Array, n: number): number {
  const u = from[2 * n]!;
  const v = from[2 * n + 1]!;
  const x = map[0]! + map[2]! * u + map[3]! * v - to[2 * n]!;
  const y = map[1]! + map[4]! * u + map[5]! * v - to[2 * n + 1]!;
  return x * x + y * y;
}

/** Iteratively reweighted least squares, held to the similarity where neighbours say little. */
function fitAffine(
  from: Float64Array,
  to: Float64Array,
  weights: Float64Array,
  count: number,
  similarity: PatchMap,
): PatchMap {
  const map = similarity.slice();
  const normal = new Float64Array(9);
  const right = new Float64Array(3);
  for (let taken = 0; taken < FIT_STEPS; taken++) {
    for (let n = 0; n < count; n++) weights[n] = 1 / (1 + squaredResidual(map, from, to, n) / 1.5 ** 2);
    for (let axis = 0; axis < 2; axis++) {
      const shape = 2 + 2 * axis;
      normal.fill(0);
      right.fill(0);
      for (let i = 0; i < 2; i++) {
        normal[4 * i] = SIMILARITY_WEIGHT;
        right[i] = SIMILARITY_WEIGHT * similarity[shape + i]!;
      }
      for (let n = 0; n < count; n++) {
        const [u, v, weight] = [from[2 * n]!, from[2 * n + 1]!, weights[n]!];
        const target = to[2 * n + axis]!;
        normal[0]! += weight * u * u;
        normal[3]! += weight * u * v;
        normal[4]! += weight * v * v;
        normal[6]! += weight * u;
        normal[7]! += weight * v;
        normal[8]! += weight;
        right[0]! += weight * u * target;
        right[1]! += weight * v * target;
        right[2]! += weight * target;
      }
      if (!solveSymmetric(normal, right, 3)) return similarity;
      map[shape] = right[0]!;
      map[shape + 1] = right[1]!;
      map[axis] = right[2]!;
    }
  }
  return map;
}
