/**
 * A pinhole camera without distortion, in the conventions of Hartley and Zisserman ("Multiple View Geometry",
 * chapter 6): camera axes x right, y down, z forward; a world point X lies at R X + t; pixel centres at whole
 * numbers, the first one at (0, 0).
 */
import { cross, dot, normalize, subtract, up, type Vec3 } from './vector.ts';

/** 3x3, row-major. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

export interface Camera {
  readonly width: number;
  readonly height: number;
  readonly K: Matrix3;
  /** World to camera. */
  readonly R: Matrix3;
  readonly t: Vec3;
}

export function multiply(a: Matrix3, b: Matrix3): Matrix3 {
  const entry = (row: number, column: number) =>
    a[3 * row]! * b[column]! + a[3 * row + 1]! * b[column + 3]! + a[3 * row + 2]! * b[column + 6]!;
  return [
    entry(0, 0),
    entry(0, 1),
    entry(0, 2),
    entry(1, 0),
    entry(1, 1),
    entry(1, 2),
    entry(2, 0),
    entry(2, 1),
    entry(2, 2),
  ];
}

export function transform(a: Matrix3, v: Vec3): Vec3 {
  return [
    a[0] * v[0] + a[1] * v[1] + a[2] * v[2],
    a[3] * v[0] + a[4] * v[1] + a[5] * v[2],
    a[6] * v[0] + a[7] * v[1] + a[8] * v[2],
  ];
}

export function transpose(a: Matrix3): Matrix3 {
  return [a[0], a[3], a[6], a[1], a[4], a[7], a[2], a[5], a[8]];
}

/** @throws RangeError when the matrix has no inverse */
export function invert(a: Matrix3): Matrix3 {
  const [p, q, r] = [a[4] * a[8] - a[5] * a[7], a[5] * a[6] - a[3] * a[8], a[3] * a[7] - a[4] * a[6]];
  const determinant = a[0] * p + a[1] * q + a[2] * r;
  if (determinant === 0 || !Number.isFinite(determinant)) throw new RangeError('The matrix is singular.');
  const entries = [
    p,
    a[2] * a[7] - a[1] * a[8],
    a[1] * a[5] - a[2] * a[4],
    q,
    a[0] * a[8] - a[2] * a[6],
    a[2] * a[3] - a[0] * a[5],
    r,
    a[1] * a[6] - a[0] * a[7],
    a[0] * a[4] - a[1] * a[3],
  ];
  return entries.map((value) => value / determinant) as unknown as Matrix3;
}

/** The image of (x, y) under a homography; infinite where it maps to infinity. */
export function applyHomography(H: Matrix3, x: number, y: number): readonly [x: number, y: number] {
  const w = H[6] * x + H[7] * y + H[8];
  return [(H[0] * x + H[1] * y + H[2]) / w, (H[3] * x + H[4] * y + H[5]) / w];
}

export interface CameraPlacement {
  readonly eye: Vec3;
  readonly target: Vec3;
  /** Turn about the line of sight in degrees; positive turns the camera clockwise as the photographer sees it. */
  readonly rollDegrees?: number;
  /** Focal length in pixels of the picture given by width and height. */
  readonly focalPx: number;
  readonly width: number;
  readonly height: number;
}

export function placeCamera({ eye, target, rollDegrees, focalPx, width, height }: CameraPlacement): Camera {
  const forward = normalize(subtract(target, eye));
  const levelRight = normalize(cross(forward, up));
  const levelDown = cross(forward, levelRight);
  const roll = ((rollDegrees ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const right: Vec3 = [
    cos * levelRight[0] + sin * levelDown[0],
    cos * levelRight[1] + sin * levelDown[1],
    cos * levelRight[2] + sin * levelDown[2],
  ];
  const down = cross(forward, right);
  const R: Matrix3 = [...right, ...down, ...forward];
  const t: Vec3 = [-dot(right, eye), -dot(down, eye), -dot(forward, eye)];
  const K: Matrix3 = [focalPx, 0, (width - 1) / 2, 0, focalPx, (height - 1) / 2, 0, 0, 1];
  return { width, height, K, R, t };
}

/** The same view in a picture resized by `factor`: x goes to (x + 0.5) factor - 0.5. */
export function resizeCamera(camera: Camera, factor: number): Camera {
  const K = camera.K;
  return {
    ...camera,
    width: Math.round(camera.width * factor),
    height: Math.round(camera.height * factor),
    K: [
      K[0] * factor,
      K[1] * factor,
      (K[2] + 0.5) * factor - 0.5,
      0,
      K[4] * factor,
      (K[5] + 0.5) * factor - 0.5,
      0,
      0,
      1,
    ],
  };
}

/** World position of the optical centre. */
export function cameraCentre({ R, t }: Camera): Vec3 {
  return transform(transpose(R), [-t[0], -t[1], -t[2]]);
}

/** Unit direction in the world of the ray through photo pixel (x, y). */
export function rayDirection({ K, R }: Camera, x: number, y: number): Vec3 {
  const py = (y - K[5]) / K[4];
  const px = (x - K[2] - K[1] * py) / K[0];
  return normalize([
    R[0] * px + R[3] * py + R[6],
    R[1] * px + R[4] * py + R[7],
    R[2] * px + R[5] * py + R[8],
  ]);
}

/** Photo pixel and depth (z in the camera, metres) of a world point. */
export function projectPoint({ K, R, t }: Camera, point: Vec3): { x: number; y: number; depth: number } {
  const [x, y, z] = transform(R, point);
  const [cx, cy, depth] = [x + t[0], y + t[1], z + t[2]];
  return { x: (K[0] * cx + K[1] * cy) / depth + K[2], y: (K[4] * cy) / depth + K[5], depth };
}

/** Relative pose as R and t with x1 = R x0 + t, both in camera coordinates. */
export function relativePose(camera0: Camera, camera1: Camera): { readonly R: Matrix3; readonly t: Vec3 } {
  const R = multiply(camera1.R, transpose(camera0.R));
  return { R, t: subtract(camera1.t, transform(R, camera0.t)) };
}

/** The homography from photo 0 to photo 1 that a world plane induces; its last entry is 1. */
export function planeHomography(camera0: Camera, camera1: Camera, point: Vec3, normal: Vec3): Matrix3 {
  const { R, t } = relativePose(camera0, camera1);
  const n = transform(camera0.R, normal);
  const local = transform(camera0.R, point);
  const distance = dot(n, [local[0] + camera0.t[0], local[1] + camera0.t[1], local[2] + camera0.t[2]]);
  const euclidean = R.map(
    (value, k) => value + (t[Math.floor(k / 3)]! * n[k % 3]!) / distance,
  ) as unknown as Matrix3;
  const H = multiply(multiply(camera1.K, euclidean), invert(camera0.K));
  return H.map((value) => value / H[8]) as unknown as Matrix3;
}

/** A homography between photos after both are resized by `factor`, normalised to a last entry of 1. */
export function resizeHomography(H: Matrix3, factor: number): Matrix3 {
  const shift = 0.5 * factor - 0.5;
  const S: Matrix3 = [factor, 0, shift, 0, factor, shift, 0, 0, 1];
  const resized = multiply(multiply(S, H), invert(S));
  return resized.map((value) => value / resized[8]) as unknown as Matrix3;
}
