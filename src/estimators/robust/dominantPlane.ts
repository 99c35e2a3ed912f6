/**
 * Fundamental matrices of scenes with a dominant plane: O. Chum, T. Werner, J. Matas, "Two-view geometry
 * estimation unaffected by a dominant plane" (CVPR 2005), DEGENSAC. Where five of a sample's seven matches
 * follow one homography, the other two fix an arbitrary epipole; the true one is found from the plane and pairs
 * of matches off it.
 */

import { sampsonDistance } from '../../geometry/epipolar.ts';
import { cross, type Vector3 } from '../../geometry/matrix3.ts';
import { decompose3 } from '../../geometry/singularValues.ts';
import {
  fitHomography,
  hasDepth,
  homographyOfThree,
  planeTolerance,
  squaredTransfer,
} from './planeInduced.ts';
import type { RandomNumbers } from './randomNumbers.ts';
import type { WorkingMatches } from './workingMatches.ts';

/** Whatever five of seven lie on a plane, three of them are in one of these (figure 2 of the paper). */
const triplets = [
  [0, 1, 2],
  [3, 4, 5],
  [0, 1, 6],
  [3, 4, 6],
  [2, 5, 6],
] as const;

/** A pair off the plane is drawn this often; with a third of them correct, one in nine is good. */
const pairDraws = 100;
const planeDraws = 40;
const refits = 3;
/** Matches that a plane or a pair is judged by, so that these steps stay short beside the search. */
const mostJudges = 500;

/**
 * @param threshold in working coordinates
 * @returns the geometry of the plane and its best pair of matches, or null where no plane dominates the sample
 */
export function escapePlane(
  matches: WorkingMatches,
  sample: Int32Array,
  model: Float64Array,
  threshold: number,
  random: RandomNumbers,
): Float64Array | null {
  const plane = planeOfSample(matches, sample, model, threshold);
  if (plane === null) return null;
  const { points, count } = matches;
  const off: number[] = [];
  for (let k = 0; k < count; k++) if (!isOnPlane(points, k, plane, threshold)) off.push(k);
  if (off.length < 2) return null;
  const judges = off.slice(0, mostJudges);
  let best: Float64Array | null = null;
  let mostAgreeing = 0;
  for (let draw = 0; draw < pairDraws; draw++) {
    const [first, second] = [off[random.below(off.length)]!, off[random.below(off.length)]!];
    const candidate = geometryOfPlaneAndPair(points, plane, first, second);
    if (candidate === null) continue;
    const agreeing = countAgreeing(points, judges, candidate, threshold);
    if (agreeing > mostAgreeing) [best, mostAgreeing] = [candidate, agreeing];
  }
  return best;
}

/**
 * @returns the homography, between working coordinates, of the one plane that explains all that agrees with a model, so that it
 * cannot be told from others of that plane; null where there is depth
 */
export function findSolePlane(
  matches: WorkingMatches,
  model: Float64Array,
  threshold: number,
  random: RandomNumbers,
): Float64Array | null {
  const plane = findDominantPlane(matches, model, threshold, random);
  return plane === null || hasDepth(matches, model, plane, threshold) ? null : plane;
}

/** The homography that most of the matches that agree with a model follow; null where there is none. */
function findDominantPlane(
  matches: WorkingMatches,
  model: Float64Array,
  threshold: number,
  random: RandomNumbers,
): Float64Array | null {
  const { points, count } = matches;
  const agreeing: number[] = [];
  for (let k = 0; k < count; k++) if (isNear(points, k, model, threshold)) agreeing.push(k);
  if (agreeing.length < 3) return null;
  // Matches come in random order: the first are as good as any.
  const judges = agreeing.slice(0, mostJudges);
  const epipole = epipole1Of(model);
  let best: Float64Array | null = null;
  let most = 0;
  for (let draw = 0; draw < planeDraws; draw++) {
    const three = [0, 1, 2].map(() => agreeing[random.below(agreeing.length)]!);
    const plane = homographyOfThree(points, three as [number, number, number], model, epipole);
    if (plane === null) continue;
    let onPlane = 0;
    for (const k of judges) if (isOnPlane(points, k, plane, threshold)) onPlane++;
    if (onPlane > most) [best, most] = [plane, onPlane];
  }
  return best && refit(matches, best, threshold);
}

function isOnPlane(points: Float64Array, k: number, plane: Float64Array, threshold: number): boolean {
  return squaredTransfer(points, k, plane) <= (planeTolerance * threshold) ** 2;
}

function refit(matches: WorkingMatches, start: Float64Array, threshold: number): Float64Array {
  let plane = start;
  for (let k = 0; k < refits; k++) plane = fitHomography(matches, plane, planeTolerance * threshold);
  return plane;
}

function planeOfSample(
  matches: WorkingMatches,
  sample: Int32Array,
  model: Float64Array,
  threshold: number,
): Float64Array | null {
  const epipole = epipole1Of(model);
  for (const [i, j, k] of triplets) {
    const three = [sample[i]!, sample[j]!, sample[k]!] as const;
    const plane = homographyOfThree(matches.points, three, model, epipole);
    if (plane === null) continue;
    const onPlane = sample.filter((m) => isOnPlane(matches.points, m, plane, threshold));
    if (onPlane.length >= 5) return refit(matches, plane, threshold);
  }
  return null;
}

/** The epipole of photo 1: what the matrix's columns are at right angles to. */
function epipole1Of(model: Float64Array): Vector3 {
  return decompose3(model).left[2];
}

/** F = [e]x H, where e is the meeting point of the lines of two matches off the plane. */
function geometryOfPlaneAndPair(
  points: Float64Array,
  plane: Float64Array,
  first: number,
  second: number,
): Float64Array | null {
  const lineOf = (k: number): Vector3 => {
    const [x, y] = [points[4 * k]!, points[4 * k + 1]!];
    const mapped = [0, 3, 6].map((r) => plane[r]! * x + plane[r + 1]! * y + plane[r + 2]!);
    return cross(mapped as unknown as Vector3, [points[4 * k + 2]!, points[4 * k + 3]!, 1]);
  };
  const [ex, ey, ez] = cross(lineOf(first), lineOf(second));
  const model = new Float64Array(9);
  for (let c = 0; c < 3; c++) {
    model[c] = ey * plane[6 + c]! - ez * plane[3 + c]!;
    model[3 + c] = ez * plane[c]! - ex * plane[6 + c]!;
    model[6 + c] = ex * plane[3 + c]! - ey * plane[c]!;
  }
  const norm = Math.hypot(...model);
  if (!(norm > 0 && norm < Infinity)) return null;
  return model.map((entry) => entry / norm);
}

function countAgreeing(
  points: Float64Array,
  indices: readonly number[],
  model: Float64Array,
  threshold: number,
): number {
  let count = 0;
  for (const k of indices) if (isNear(points, k, model, threshold)) count++;
  return count;
}

function isNear(points: Float64Array, k: number, model: Float64Array, threshold: number): boolean {
  const [x0, y0, x1, y1] = [points[4 * k]!, points[4 * k + 1]!, points[4 * k + 2]!, points[4 * k + 3]!];
  return sampsonDistance(model, x0, y0, x1, y1) <= threshold;
}
