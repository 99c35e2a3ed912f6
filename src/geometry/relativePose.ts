/**
 * Where the second camera stands and looks, seen from the first: pose from an essential matrix, points in
 * front of both cameras, and their places. B. K. P. Horn, "Recovering baseline and orientation from essential
 * matrix" (1990), which needs no decomposition; Hartley and Zisserman 9.6 and chapter 12.
 */
import {
  add3,
  apply3,
  cofactors3,
  columnOf,
  cross,
  dot,
  type Matrix3,
  multiply3,
  scale3,
  skew3,
  transpose3,
  unit3,
  type Vector3,
} from './matrix3.ts';
import type { PinholeCamera } from './pinholeCamera.ts';

/** A point X of camera 0 lies at R X + t in camera 1; camera axes are x right, y down, z forward. */
export interface RelativePose {
  /** R, 3x3 row-major. */
  readonly rotation: readonly number[];
  /** t of length 1: two photos never tell how far the cameras are apart. */
  readonly translation: Vector3;
}

export interface PoseOfMatches extends RelativePose {
  /** Of the inliers, how many lie in front of both cameras (cheirality). */
  readonly inFrontCount: number;
}

/** The four poses of an essential matrix, whatever its scale and sign. */
export function candidatePoses(essential: Matrix3): readonly RelativePose[] {
  // 2 t t^T = trace(E E^T) I - 2 E E^T up to scale; the cross products of columns are multiples of t.
  const [column0, column1, column2] = [
    columnOf(essential, 0),
    columnOf(essential, 1),
    columnOf(essential, 2),
  ];
  const products = [cross(column0, column1), cross(column1, column2), cross(column2, column0)];
  const longest = products.reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a));
  const translation = unit3(longest);
  const scale = Math.sqrt((dot(column0, column0) + dot(column1, column1) + dot(column2, column2)) / 2);
  const normalised = Array.from({ length: 9 }, (_, k) => essential[k]! / scale);
  // Of |t| = 1: R = cofactors(E) - [t]x E; the opposite t gives the other rotation.
  const cofactors = cofactors3(normalised);
  const turned = multiply3(skew3(translation), normalised);
  const rotationA = cofactors.map((entry, k) => entry - turned[k]!);
  const rotationB = cofactors.map((entry, k) => entry + turned[k]!);
  const opposite = scale3(translation, -1);
  return [rotationA, rotationB].flatMap((rotation) => [
    { rotation, translation },
    { rotation, translation: opposite },
  ]);
}

/** The direction in which a camera sees a photo point; its z is 1. */
export function rayOf({ focalPx, principalPoint }: PinholeCamera, x: number, y: number): Vector3 {
  return [(x - principalPoint[0]) / focalPx, (y - principalPoint[1]) / focalPx, 1];
}

/**
 * Depths of a match along the rays from both cameras, in lengths of the baseline, where the rays come nearest to
 * each other; infinite for parallel rays.
 */
export function depthsOf(
  { rotation, translation }: RelativePose,
  ray0: Vector3,
  ray1: Vector3,
): readonly [depth0: number, depth1: number] {
  const turned = apply3(rotation, ray0);
  const normal = cross(ray1, turned);
  const size = dot(normal, normal);
  if (size === 0) return [Infinity, Infinity];
  return [-dot(cross(ray1, translation), normal) / size, -dot(cross(turned, translation), normal) / size];
}

/**
 * The point that a match shows, in the axes of camera 0 and lengths of the baseline: the middle between its two
 * rays where they come nearest (Hartley and Sturm, "Triangulation", 1997). Not finite for parallel rays.
 */
export function triangulate(pose: RelativePose, ray0: Vector3, ray1: Vector3): Vector3 {
  const [depth0, depth1] = depthsOf(pose, ray0, ray1);
  const from1 = add3(scale3(ray1, depth1), scale3(pose.translation, -1));
  const onRay1 = apply3(transpose3(pose.rotation), from1);
  return scale3(add3(scale3(ray0, depth0), onRay1), 0.5);
}

/**
 * The one of an essential matrix's four poses that puts most inliers in front of both cameras.
 *
 * @param keypoints0 N points, photo pixels
 * @param keypoints1 N points, photo pixels
 * @param inliers one byte a match, 1 = inlier
 */
export function poseOfEssential(
  essential: Matrix3,
  [camera0, camera1]: readonly [PinholeCamera, PinholeCamera],
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  inliers: Uint8Array,
): PoseOfMatches {
  const poses = candidatePoses(essential);
  const counts = poses.map(() => 0);
  for (let k = 0; k < inliers.length; k++) {
    if (inliers[k] !== 1) continue;
    const ray0 = rayOf(camera0, keypoints0[2 * k]!, keypoints0[2 * k + 1]!);
    const ray1 = rayOf(camera1, keypoints1[2 * k]!, keypoints1[2 * k + 1]!);
    poses.forEach((pose, p) => {
      const [depth0, depth1] = depthsOf(pose, ray0, ray1);
      if (depth0 > 0 && depth1 > 0) counts[p]! += 1;
    });
  }
  const best = counts.indexOf(Math.max(...counts));
  return { ...poses[best]!, inFrontCount: counts[best]! };
}

/** Angle of the rotation in degrees, 0 to 180. */
export function rotationAngle(rotation: Matrix3): number {
  const sine = Math.hypot(
    rotation[7]! - rotation[5]!,
    rotation[2]! - rotation[6]!,
    rotation[3]! - rotation[1]!,
  );
  const cosine = rotation[0]! + rotation[4]! + rotation[8]! - 1;
  return (Math.atan2(sine, cosine) * 180) / Math.PI;
}
