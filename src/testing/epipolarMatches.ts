/** Matches of two cameras with exactly known pose: the ground truth of epipolar estimation tests. */
import type { Points } from '../geometry/coordinates.ts';
import { essentialOfPose, fundamentalOfEssential } from '../geometry/epipolar.ts';
import { add3, apply3, dot, unit3, type Vector3 } from '../geometry/matrix3.ts';
import type { PinholeCamera } from '../geometry/pinholeCamera.ts';
import type { RelativePose } from '../geometry/relativePose.ts';
import { createRandom, type Random } from './random.ts';

/** Where the points lie: all over, on a wavy surface, on one plane, mostly on one plane, or so far that only turning shows. */
export type SceneKind = 'volume' | 'relief' | 'plane' | 'dominant-plane' | 'far';

export interface EpipolarMatches {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  /** 1 for matches that follow the geometry up to noise. */
  readonly correct: Uint8Array;
  readonly pose: RelativePose;
  readonly cameras: readonly [PinholeCamera, PinholeCamera];
  /** Between photo pixels, normalised. */
  readonly fundamental: readonly number[];
}

export interface EpipolarMatchesOptions {
  readonly count: number;
  /** Share of wrong matches, whose points are uniform in both photos. */
  readonly wrong: number;
  readonly seed: number;
  readonly scene?: SceneKind;
  /** Deviation of the noise of every coordinate in pixels of a photo 640 wide. */
  readonly noisePx?: number;
  /** Width of both photos; the height is three quarters of it. */
  readonly width?: number;
  /** Correct matches come earlier, as they do when matches are ordered by confidence. */
  readonly ordered?: boolean;
}

/** The plane of scenes that have one: points X of camera 0, in lengths of the baseline, with n X = 1. */
export const planeOfScene: Vector3 = [0.05, 1 / 30, 1 / 6];

/** Of a dominant plane. */
const shareOffPlane = 0.15;

export function createEpipolarMatches({
  count,
  wrong,
  seed,
  scene = 'volume',
  noisePx = 0.5,
  width = 640,
  ordered = false,
}: EpipolarMatchesOptions): EpipolarMatches {
  const random = createRandom(seed);
  const height = 0.75 * width;
  const principalPoint = [(width - 1) / 2, (height - 1) / 2] as const;
  // Photo 1 is taken with a longer lens.
  const cameras = [
    { focalPx: 0.9 * width, principalPoint, focalSource: 'given' },
    { focalPx: 1.1 * width, principalPoint, focalSource: 'given' },
  ] as const;
  const pose = {
    rotation: turnAbout(unit3([0.2, -1, 0.3]), 0.25),
    translation: unit3([1, 0.2, 0.3]),
  };
  const noise = (noisePx * width) / 640;
  const matches = Array.from({ length: count }, () => {
    const correct = random.next() >= wrong;
    const rank = correct && ordered ? Math.max(random.next(), random.next()) : random.next();
    if (!correct) {
      const place = () => [random.uniform(0, width), random.uniform(0, height)] as const;
      return { end0: place(), end1: place(), correct, rank };
    }
    for (;;) {
      const end0 = [random.uniform(0, width), random.uniform(0, height)] as const;
      const end1 = project(cameras[1], add3(apply3(pose.rotation, pointAlong(end0)), pose.translation));
      if (end1[0] < 0 || end1[1] < 0 || end1[0] >= width || end1[1] >= height) continue;
      return { end0: shake(end0), end1: shake(end1), correct, rank };
    }
  });
  if (ordered) matches.sort((first, second) => second.rank - first.rank);

  function pointAlong([x, y]: readonly [number, number]): Vector3 {
    const { focalPx } = cameras[0];
    const ray: Vector3 = [(x - principalPoint[0]) / focalPx, (y - principalPoint[1]) / focalPx, 1];
    const depth = depthOf(scene, ray, random);
    return [ray[0] * depth, ray[1] * depth, depth];
  }

  function shake([x, y]: readonly [number, number]): readonly [number, number] {
    return [x + noise * random.normal(), y + noise * random.normal()];
  }

  return {
    keypoints0: Float32Array.from(matches.flatMap(({ end0 }) => end0)),
    keypoints1: Float32Array.from(matches.flatMap(({ end1 }) => end1)),
    correct: Uint8Array.from(matches, ({ correct }) => (correct ? 1 : 0)),
    pose,
    cameras,
    fundamental: fundamentalOfEssential(essentialOfPose(pose), cameras),
  };
}

/** In lengths of the baseline. */
function depthOf(scene: SceneKind, ray: Vector3, random: Random): number {
  const onPlane = 1 / dot(planeOfScene, ray);
  switch (scene) {
    case 'volume':
      return random.uniform(3, 9);
    case 'relief':
      return onPlane * (1 + 0.2 * Math.sin(9 * ray[0]) * Math.cos(7 * ray[1]));
    case 'plane':
      return onPlane;
    case 'dominant-plane':
      return random.next() < shareOffPlane ? random.uniform(3, 9) : onPlane;
    case 'far':
      return random.uniform(1e6, 3e6);
  }
}

function project({ focalPx, principalPoint }: PinholeCamera, [x, y, z]: Vector3): readonly [number, number] {
  return [(focalPx * x) / z + principalPoint[0], (focalPx * y) / z + principalPoint[1]];
}

/** The rotation about an axis of length 1 (Rodrigues), 3x3 row-major. */
export function turnAbout([x, y, z]: Vector3, radians: number): number[] {
  const [c, s] = [Math.cos(radians), Math.sin(radians)];
  const d = 1 - c;
  return [
    ...[c + x * x * d, x * y * d - z * s, x * z * d + y * s],
    ...[y * x * d + z * s, c + y * y * d, y * z * d - x * s],
    ...[z * x * d - y * s, z * y * d + x * s, c + z * z * d],
  ];
}

/** Angles in degrees between rotations, and between directions of the baseline. */
export function poseErrors(found: RelativePose, { pose }: Pick<EpipolarMatches, 'pose'>) {
  const degrees = (cosine: number) => (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
  const trace = found.rotation.reduce((sum, entry, k) => sum + entry * pose.rotation[k]!, 0);
  return {
    rotation: degrees((trace - 1) / 2),
    translation: degrees(dot(found.translation, pose.translation)),
  };
}
