/**
 * Least squares matching: the affine map that makes a patch of one picture most like its surroundings in the other
 * (Gruen, "Adaptive least squares correlation", 1985), with brightness and contrast taken out of both and the
 * patch of picture 0 as the one whose slopes count, so that they and their normal equations are set up once
 * (inverse composition: Baker and Matthews, "Lucas-Kanade 20 years on", IJCV 2004).
 */
import { solveSymmetric } from '../geometry/symmetricSystem.ts';
import { type GreyPicture, sampleAt, sampleWithin, slopesOf } from './greyPicture.ts';
import { determinantOf, type PatchMap } from './patchMap.ts';

export interface PatchShape {
  /** Samples from the centre to the edge of the patch. */
  readonly radius: number;
  /** Pixels between samples. */
  readonly spacingPx: number;
  readonly mostSteps: number;
  /** Weighs changes of the map's shape; without it patches of one straight edge shear at will. */
  readonly stiffness: number;
}

export interface Alignment {
  /** Of both patches under the map as it was left: from -1 to 1. */
  readonly correlation: number;
  /** Pixels of picture 0 that the last step moved. */
  readonly lastStepPx: number;
  /**
   * Standard deviation of the place along its least certain direction, in pixels of picture 0, if all that is left of the
   * difference is noise: small where the patch has texture across both axes, large along a straight edge.
   */
  readonly deviationPx: number;
}

/** Smaller steps change nothing that could be seen. */
const SETTLED_PX = 0.02;
/** Larger steps are cut: the slopes hold near the place alone. */
const LONGEST_STEP_PX = 2;
const LARGEST_CHANGE = 0.2;
/** Of the Gaussian window, in radii. */
const WINDOW_SIGMA = 0.6;
/** Keeps flat patches solvable; they come out as not alike. */
const LEAST_STIFFNESS = 1e-4;

const PARAMETERS = 6;

/** @returns a function that improves the map of a match at (x, y) of picture 0, in place */
export function createPatchAligner(
  picture0: GreyPicture,
  picture1: GreyPicture,
  { radius, spacingPx, mostSteps, stiffness }: PatchShape,
): (x: number, y: number, map: PatchMap) => Alignment {
  const [slopeX, slopeY] = slopesOf(picture0);
  const side = 2 * radius + 1;
  const count = side ** 2;
  const [offsetX, offsetY] = [0, 1].map((axis) =>
    Float64Array.from(
      { length: count },
      (_, k) => ((axis === 0 ? k % side : Math.floor(k / side)) - radius) * spacingPx,
    ),
  ) as [Float64Array, Float64Array];
  const weights = windowWeights(offsetX, offsetY, WINDOW_SIGMA * radius * spacingPx);
  const effectiveSamples = 1 / weights.reduce((sum, weight) => sum + weight ** 2, 0);
  const upright: PatchMap = Float64Array.of(0, 0, 1, 0, 0, 1);
  const patch0 = new Float64Array(count);
  const patch1 = new Float64Array(count);
  const difference = new Float64Array(count);
  const slopes = [new Float64Array(count), new Float64Array(count)] as const;
  const still = new Float64Array(count).fill(1);
  /** What moves a sample's brightness with each parameter: the slope there times how far it is moved. */
  const factors = [
    [slopes[0], still],
    [slopes[1], still],
    [slopes[0], offsetX],
    [slopes[0], offsetY],
    [slopes[1], offsetX],
    [slopes[1], offsetY],
  ] as const;
  /** How each sample of patch 0 answers to each parameter, and that times its weight. */
  const answers = new Float64Array(PARAMETERS * count);
  const weighted = new Float64Array(PARAMETERS * count);
  const normal = new Float64Array(PARAMETERS ** 2);
  const scratch = new Float64Array(PARAMETERS ** 2);
  const step = new Float64Array(PARAMETERS);

  function readPatch(picture: GreyPicture, map: PatchMap, values: Float64Array): void {
    const [x, y, a, b, c, d] = map as unknown as readonly [number, number, number, number, number, number];
    const { width, height } = picture;
    const reachX = radius * spacingPx * (Math.abs(a) + Math.abs(b));
    const reachY = radius * spacingPx * (Math.abs(c) + Math.abs(d));
    // Most patches lie within the picture, and need none of the care for its edges.
    const isWithin = x >= reachX && x + reachX < width - 1 && y >= reachY && y + reachY < height - 1;
    for (let k = 0; k < count; k++) {
      const u = offsetX[k]!;
      const v = offsetY[k]!;
      const atX = x + a * u + b * v;
      const atY = y + c * u + d * v;
      values[k] = isWithin ? sampleWithin(picture, atX, atY) : sampleAt(picture, atX, atY);
    }
  }

  function setUp(x: number, y: number): void {
    upright[0] = x;
    upright[1] = y;
    readPatch(picture0, upright, patch0);
    readPatch(slopeX, upright, slopes[0]);
    readPatch(slopeY, upright, slopes[1]);
    const contrast = standardise(patch0, weights);
    for (let i = 0; i < PARAMETERS; i++) {
      const [slope, lever] = factors[i]!;
      const start = i * count;
      let mean = 0;
      let likeness = 0;
      for (let k = 0; k < count; k++) {
        const answer = (slope[k]! * lever[k]!) / contrast;
        answers[start + k] = answer;
        mean += weights[k]! * answer;
        likeness += weights[k]! * answer * patch0[k]!;
      }
      // What a change of brightness or contrast would do as well does not count.
      for (let k = 0; k < count; k++) {
        const answer = answers[start + k]! - mean - likeness * patch0[k]!;
        answers[start + k] = answer;
        weighted[start + k] = weights[k]! * answer;
      }
    }
    for (let i = 0; i < PARAMETERS; i++) {
      for (let j = 0; j <= i; j++) {
        // The solver reads the lower triangle alone.
        normal[PARAMETERS * i + j] = dotProduct(weighted, i * count, answers, j * count, count);
      }
      normal[(PARAMETERS + 1) * i]! += i < 2 ? LEAST_STIFFNESS : stiffness;
    }
  }

  /** @returns its correlation with patch 0 */
  function readPatch1(map: PatchMap): number {
    readPatch(picture1, map, patch1);
    standardise(patch1, weights);
    let correlation = 0;
    for (let k = 0; k < count; k++) correlation += weights[k]! * patch0[k]! * patch1[k]!;
    return correlation;
  }

  /** @returns how far the patch moves, in pixels of picture 0 */
  function takeStep(map: PatchMap): number {
    for (let k = 0; k < count; k++) difference[k] = patch1[k]! - patch0[k]!;
    for (let i = 0; i < PARAMETERS; i++) step[i] = dotProduct(weighted, i * count, difference, 0, count);
    scratch.set(normal);
    if (!solveSymmetric(scratch, step, PARAMETERS)) return 0;
    const length = Math.hypot(step[0]!, step[1]!);
    const share = Math.min(1, LONGEST_STEP_PX / length);
    const [moveX, moveY] = [share * step[0]!, share * step[1]!];
    // The step would bring patch 0 to patch 1: its inverse, applied first, brings patch 1 to patch 0.
    const [p, q, r, s] = [1 + limited(step[2]!), limited(step[3]!), limited(step[4]!), 1 + limited(step[5]!)];
    const determinant = p * s - q * r;
    const [, , a, b, c, d] = map as unknown as readonly [number, number, number, number, number, number];
    map[2] = (a * s - b * r) / determinant;
    map[3] = (b * p - a * q) / determinant;
    map[4] = (c * s - d * r) / determinant;
    map[5] = (d * p - c * q) / determinant;
    map[0]! -= map[2]! * moveX + map[3]! * moveY;
    map[1]! -= map[4]! * moveX + map[5]! * moveY;
    return share * length;
  }

  /** The inverse of the normal equations of the two shifts, times the variance of what is left. */
  function deviationOf(correlation: number): number {
    const [xx, xy, yy] = [normal[0]!, normal[PARAMETERS]!, normal[PARAMETERS + 1]!];
    const largestOfInverse = ((xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy)) / (xx * yy - xy ** 2);
    // Of equal patches it may come out a rounding error above 1.
    const variance = (2 * Math.max(0, 1 - correlation)) / effectiveSamples;
    return Math.sqrt(variance * largestOfInverse);
  }

  return (x, y, map) => {
    setUp(x, y);
    let [correlation, lastStepPx] = [readPatch1(map), Number.POSITIVE_INFINITY];
    for (let taken = 0; taken < mostSteps && lastStepPx > SETTLED_PX; taken++) {
      lastStepPx = takeStep(map);
      if (!(Math.abs(determinantOf(map)) > 0)) break;
      correlation = readPatch1(map);
    }
    return { correlation, lastStepPx, deviationPx: deviationOf(correlation) };
  };
}

/** In three sums, so that no addition waits for the one before. */
function dotProduct(a: Float64Array, startA: number, b: Float64Array, startB: number, count: number): number {
  let [first, second, third] = [0, 0, 0];
  let k = 0;
  for (; k + 2 < count; k += 3) {
    first += a[startA + k]! * b[startB + k]!;
    second += a[startA + k + 1]! * b[startB + k + 1]!;
    third += a[startA + k + 2]! * b[startB + k + 2]!;
  }
  for (; k < count; k++) first += a[startA + k]! * b[startB + k]!;
  return first + second + third;
}

function limited(change: number): number {
  return Math.min(Math.max(change, -LARGEST_CHANGE), LARGEST_CHANGE);
}

/** Adding up to one. */
function windowWeights(offsetX: Float64Array, offsetY: Float64Array, sigma: number): Float64Array {
  const weights = offsetX.map((u, k) => Math.exp(-(u ** 2 + offsetY[k]! ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** To mean 0 and deviation 1. @returns the deviation it had, never 0 */
function standardise(patch: Float64Array, weights: Float64Array): number {
  let mean = 0;
  for (let k = 0; k < patch.length; k++) mean += weights[k]! * patch[k]!;
  let variance = 0;
  for (let k = 0; k < patch.length; k++) {
    patch[k]! -= mean;
    variance += weights[k]! * patch[k]! ** 2;
  }
  // A hundredth of a grey level: what is flatter is noise of rounding.
  const deviation = Math.max(Math.sqrt(variance), 4e-5);
  for (let k = 0; k < patch.length; k++) patch[k]! /= deviation;
  return deviation;
}
