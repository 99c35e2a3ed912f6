/**
 * The field's measures of matches and geometry: area under the curve of errors (as in SuperGlue, Sarlin et al.,
 * CVPR 2020), corner error of a homography (HPatches), angular error of a pose, recall of hand-made
 * correspondences. `score.py` applies the same ones to OpenCV's estimates.
 */
import { epipolarLine, type Line } from '../../src/geometry/epipolar.ts';
import type { RelativePose } from '../../src/geometry/relativePose.ts';
import type { CorrespondencePair, HomographyPair, PosePair } from './evaluationPairs.ts';

/** Corner errors count in pixels of a picture with this short side, whatever the size of the picture. */
const shortSidePx = 480;

/** Thresholds of the recall in photo pixels. */
const recallThresholdsPx = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/**
 * The area under the share of errors below t, for t from 0 to the threshold, in percent of what no error at all
 * would give. The curve is linear between errors.
 *
 * @param errors infinite where there is no answer
 */
export function areaUnderCurve(errors: readonly number[], threshold: number): number {
  const below = errors.filter((error) => error < threshold).sort((a, b) => a - b);
  let area = 0;
  let reached = 0;
  let at = 0;
  for (const [k, error] of below.entries()) {
    const share = (k + 1) / errors.length;
    area += ((error - at) * (reached + share)) / 2;
    reached = share;
    at = error;
  }
  area += (threshold - at) * reached;
  return (100 * area) / threshold;
}

/** @param matrix 3x3 row-major, photo 0 to photo 1 */
export function cornerError(matrix: readonly number[], pair: HomographyPair): number {
  const [maxX, maxY] = [pair.size0[0] - 1, pair.size0[1] - 1];
  const corners = [
    [0, 0],
    [maxX, 0],
    [maxX, maxY],
    [0, maxY],
  ] as const;
  const truth = pair.H_0to1.flat();
  const distances = corners.map(([x, y]) => {
    const [estimated, right] = [project(matrix, x, y), project(truth, x, y)];
    return Math.hypot(estimated[0] - right[0], estimated[1] - right[1]);
  });
  return (mean(distances) * shortSidePx) / Math.min(...pair.size1);
}

/**
 * The larger of the angles between the rotations and between the translations' directions, in degrees. The
 * direction's sign does not count.
 */
export function poseError({ rotation, translation }: RelativePose, { T_0to1 }: PosePair): number {
  let trace = 0;
  let along = 0;
  let length2 = 0;
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) trace += rotation[3 * row + column]! * T_0to1[row]![column]!;
    along += translation[row]! * T_0to1[row]![3]!;
    length2 += T_0to1[row]![3]! ** 2;
  }
  return Math.max(angleOf((trace - 1) / 2), angleOf(Math.abs(along) / Math.sqrt(length2)));
}

/**
 * The share of correspondences no farther than t from the epipolar lines in both photos, mean over t.
 *
 * @param fundamental 3x3 row-major, x1^T F x0 = 0 in photo pixels
 */
export function epipolarRecall(
  fundamental: readonly number[],
  { correspondences }: CorrespondencePair,
): number {
  const distances = correspondences.map((row) => {
    const [x0, y0, x1, y1] = row as [number, number, number, number];
    return Math.max(
      distanceFromLine(epipolarLine(fundamental, [x0, y0], 0), x1, y1),
      distanceFromLine(epipolarLine(fundamental, [x1, y1], 1), x0, y0),
    );
  });
  return mean(
    recallThresholdsPx.map(
      (threshold) => distances.filter((distance) => distance < threshold).length / distances.length,
    ),
  );
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function project(matrix: readonly number[], x: number, y: number): readonly [number, number] {
  const w = matrix[6]! * x + matrix[7]! * y + matrix[8]!;
  return [
    (matrix[0]! * x + matrix[1]! * y + matrix[2]!) / w,
    (matrix[3]! * x + matrix[4]! * y + matrix[5]!) / w,
  ];
}

function distanceFromLine(line: Line | null, x: number, y: number): number {
  return line === null ? Number.POSITIVE_INFINITY : Math.abs(line[0] * x + line[1] * y + line[2]);
}

/** In degrees; rounding may carry a cosine out of [-1, 1]. */
function angleOf(cosine: number): number {
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}
