/**
 * Epipolar geometry of two photos (Hartley and Zisserman, "Multiple View Geometry", chapters 9 and 11): lines,
 * epipoles and the distance of matches from it. A fundamental matrix F satisfies x1^T F x0 = 0 for matching
 * points x0 and x1 = (x, y, 1) in photo pixels.
 */
import type { Agreement } from './agreement.ts';
import {
  apply3,
  frobenius3,
  invert3,
  type Matrix3,
  multiply3,
  skew3,
  transpose3,
  type Vector3,
} from './matrix3.ts';
import type { PinholeCamera } from './pinholeCamera.ts';
import type { RelativePose } from './relativePose.ts';
import { decompose3 } from './singularValues.ts';

/** Points with a x + b y + c = 0, where a^2 + b^2 = 1, so that a x + b y + c is a distance in pixels. */
export type Line = readonly [a: number, b: number, c: number];

/**
 * The line of the other photo on which the match of a point lies.
 *
 * @param side the photo the point lies in; the line lies in the other
 * @returns null at the epipole, whose match may lie anywhere
 */
export function epipolarLine(
  fundamental: Matrix3,
  [x, y]: readonly [number, number],
  side: 0 | 1,
): Line | null {
  const [a, b, c] = apply3(side === 0 ? fundamental : transpose3(fundamental), [x, y, 1]);
  const length = Math.hypot(a, b);
  const line = [a / length, b / length, c / length] as const;
  return line.every(Number.isFinite) ? line : null;
}

/** A segment from [x, y] to [x, y]. */
export type Segment = readonly [readonly [number, number], readonly [number, number]];

/** The part of a line that lies in a photo, up to the outer edges of its pixels; null where there is none. */
export function clipToPhoto(
  [a, b, c]: Line,
  photo: { readonly width: number; readonly height: number },
): Segment | null {
  // Walk from the point nearest to the middle along the direction (b, -a).
  const [middleX, middleY] = [(photo.width - 1) / 2, (photo.height - 1) / 2];
  const distance = a * middleX + b * middleY + c;
  const [startX, startY] = [middleX - a * distance, middleY - b * distance];
  let [from, to] = [-Infinity, Infinity];
  for (const [start, step, length] of [
    [startX, b, photo.width],
    [startY, -a, photo.height],
  ] as const) {
    const [low, high] = [-0.5 - start, length - 0.5 - start];
    if (step === 0) {
      if (low > 0 || high < 0) return null;
      continue;
    }
    from = Math.max(from, Math.min(low / step, high / step));
    to = Math.min(to, Math.max(low / step, high / step));
  }
  if (!(from < to)) return null;
  return [
    [startX + from * b, startY - from * a],
    [startX + to * b, startY - to * a],
  ];
}

/** Where all epipolar lines of a photo meet: the other camera's place, in photo pixels, inside the photo or not. */
export type Epipole = readonly [x: number, y: number];

/** The epipoles of photo 0 and photo 1; null where one lies at infinity, so that its lines are parallel. */
export function epipoles(fundamental: Matrix3): readonly [Epipole | null, Epipole | null] {
  const { left, right } = decompose3(fundamental);
  return [toPoint(right[2]), toPoint(left[2])];
}

function toPoint([x, y, w]: Vector3): Epipole | null {
  const point = [x / w, y / w] as const;
  return point.every(Number.isFinite) ? point : null;
}

/**
 * Sampson distances (Sampson 1982; Hartley and Zisserman 11.4.3): to first order, how far the two points of a
 * match must move together, in pixels, to fit the epipolar geometry exactly. Infinite where it is not defined.
 *
 * @param fundamental in pixels of both photos, any scale
 * @param keypoints0 N points, photo pixels
 * @param keypoints1 N points, photo pixels
 */
export function measureSampson(
  fundamental: Matrix3,
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  thresholdPx: number,
): Agreement {
  const count = keypoints0.length / 2;
  const residualsPx = new Float32Array(count);
  const inliers = new Uint8Array(count);
  let inlierCount = 0;
  for (let k = 0; k < count; k++) {
    const distance = sampsonDistance(
      fundamental,
      keypoints0[2 * k]!,
      keypoints0[2 * k + 1]!,
      keypoints1[2 * k]!,
      keypoints1[2 * k + 1]!,
    );
    residualsPx[k] = Number.isNaN(distance) ? Infinity : distance;
    // Decided by what is reported, in single precision.
    if (residualsPx[k]! <= thresholdPx) {
      inliers[k] = 1;
      inlierCount++;
    }
  }
  return { residualsPx, inliers, inlierCount };
}

/** Of one match, in pixels; not a number at the two epipoles. */
export function sampsonDistance(f: Matrix3, x0: number, y0: number, x1: number, y1: number): number {
  const a1 = f[0]! * x0 + f[1]! * y0 + f[2]!;
  const b1 = f[3]! * x0 + f[4]! * y0 + f[5]!;
  const c1 = f[6]! * x0 + f[7]! * y0 + f[8]!;
  const a0 = f[0]! * x1 + f[3]! * y1 + f[6]!;
  const b0 = f[1]! * x1 + f[4]! * y1 + f[7]!;
  return Math.abs(x1 * a1 + y1 * b1 + c1) / Math.sqrt(a0 * a0 + b0 * b0 + a1 * a1 + b1 * b1);
}

/** The same geometry in one form: squares sum to 1 and the entry of largest size is positive. */
export function normaliseFundamental(fundamental: Matrix3): number[] {
  const entries = Array.from(fundamental);
  const largest = entries.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  const scale = Math.sign(largest) / frobenius3(fundamental);
  return entries.map((entry) => entry * scale);
}

/** E = [t]x R, whose singular values are 1, 1 and 0. */
export function essentialOfPose({ rotation, translation }: RelativePose): number[] {
  return multiply3(skew3(translation), rotation);
}

type Cameras = readonly [PinholeCamera, PinholeCamera];

/** F = K1^-T E K0^-1, between photo pixels, normalised. */
export function fundamentalOfEssential(essential: Matrix3, [camera0, camera1]: Cameras): number[] {
  const [inverse0, inverse1] = [inverseCalibration(camera0), inverseCalibration(camera1)];
  return normaliseFundamental(multiply3(transpose3(inverse1), multiply3(essential, inverse0)));
}

/**
 * K1^T F K0, moved to the nearest essential matrix: singular values 1, 1 and 0. Only as good as the focal
 * lengths are.
 */
export function essentialOfFundamental(fundamental: Matrix3, [camera0, camera1]: Cameras): number[] {
  const [calibration0, calibration1] = [calibrationOf(camera0), calibrationOf(camera1)];
  return nearestEssential(multiply3(transpose3(calibration1), multiply3(fundamental, calibration0)));
}

/** The essential matrix with singular values 1, 1, 0 that is nearest to a multiple of this matrix. */
export function nearestEssential(matrix: Matrix3): number[] {
  const { left, right } = decompose3(matrix);
  return Array.from({ length: 9 }, (_, k) => {
    const [row, column] = [Math.floor(k / 3), k % 3];
    return left[0][row]! * right[0][column]! + left[1][row]! * right[1][column]!;
  });
}

/** K: directions to photo pixels. */
export function calibrationOf({ focalPx, principalPoint: [x, y] }: PinholeCamera): number[] {
  return [focalPx, 0, x, 0, focalPx, y, 0, 0, 1];
}

function inverseCalibration(camera: PinholeCamera): number[] {
  return invert3(calibrationOf(camera))!;
}
