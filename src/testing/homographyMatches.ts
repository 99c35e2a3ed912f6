/** Matches with an exactly known homography, noise and wrong matches: the ground truth of estimation tests. */
import type { Points } from '../geometry/coordinates.ts';
import { createRandom } from './random.ts';

export interface HomographyMatches {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  /** 1 for matches that follow the homography up to noise. */
  readonly correct: Uint8Array;
  /** 3x3 row-major, photo 0 to photo 1. */
  readonly matrix: readonly number[];
  readonly width: number;
  readonly height: number;
}

export interface HomographyMatchesOptions {
  readonly count: number;
  /** Share of wrong matches, whose points are uniform in both photos. */
  readonly wrong: number;
  readonly seed: number;
  /** Deviation of the noise in pixels of a photo 640 wide. */
  readonly noisePx?: number;
  /** Width of both photos; the height is three quarters of it. */
  readonly width?: number;
  /** Photo 1 is turned over, left to right. */
  readonly mirrored?: boolean;
  /** Correct matches come earlier, as they do when matches are ordered by confidence. */
  readonly ordered?: boolean;
}

/** Perspective, rotation, shear and shift between photos 640 x 480. */
const reference = [1.1, 0.12, -40, -0.08, 0.95, 30, 1.2e-4, -0.8e-4, 1];

export function createHomographyMatches({
  count,
  wrong,
  seed,
  noisePx = 0.5,
  width = 640,
  mirrored = false,
  ordered = false,
}: HomographyMatchesOptions): HomographyMatches {
  const random = createRandom(seed);
  const scale = width / 640;
  const height = 0.75 * width;
  const [a, b, c, d, e, f, g, h, i] = reference as [
    ...[number, number, number, number, number],
    ...[number, number, number, number],
  ];
  const straight = [a, b, c * scale, d, e, f * scale, g / scale, h / scale, i];
  const matrix = mirrored
    ? straight.map((entry, k) => (k < 3 ? (width - 1) * straight[6 + k]! - entry : entry))
    : straight;
  const matches = Array.from({ length: count }, () => {
    const [x, y] = [random.uniform(0, width), random.uniform(0, height)];
    const correct = random.next() >= wrong;
    const [u, v] = correct ? mapPoint(matrix, x, y) : [random.uniform(0, width), random.uniform(0, height)];
    const noise = correct ? noisePx * scale : 0;
    const rank = correct && ordered ? Math.max(random.next(), random.next()) : random.next();
    return { x, y, u: u + noise * random.normal(), v: v + noise * random.normal(), correct, rank };
  });
  if (ordered) matches.sort((first, second) => second.rank - first.rank);
  return {
    keypoints0: Float32Array.from(matches.flatMap(({ x, y }) => [x, y])),
    keypoints1: Float32Array.from(matches.flatMap(({ u, v }) => [u, v])),
    correct: Uint8Array.from(matches, ({ correct }) => (correct ? 1 : 0)),
    matrix,
    width,
    height,
  };
}

export function mapPoint(matrix: readonly number[], x: number, y: number): readonly [number, number] {
  const depth = matrix[6]! * x + matrix[7]! * y + matrix[8]!;
  return [
    (matrix[0]! * x + matrix[1]! * y + matrix[2]!) / depth,
    (matrix[3]! * x + matrix[4]! * y + matrix[5]!) / depth,
  ];
}

/** Largest distance between the corners of photo 0 under an estimate and under the truth, in photo pixels. */
export function cornerError(estimate: readonly number[], truth: HomographyMatches): number {
  const { width, height, matrix } = truth;
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ] as const;
  const errors = corners.map(([x, y]) => {
    const [u, v] = mapPoint(estimate, x, y);
    const [p, q] = mapPoint(matrix, x, y);
    return Math.hypot(u - p, v - q);
  });
  return Math.max(...errors);
}
