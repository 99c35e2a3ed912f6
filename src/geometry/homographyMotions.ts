/**
 * How a camera of known focal length moved, by the homography of a plane it saw: O. Faugeras and F. Lustman, "Motion and
 * structure from motion in a piecewise planar environment" (1988), in the form of Ma, Soatto, Kosecka and Sastry, "An
 * Invitation to 3-D Vision" (2004), 5.3.3.
 */
import {
  apply3,
  cross,
  determinant3,
  type Matrix3,
  multiply3,
  transpose3,
  unit3,
  type Vector3,
} from './matrix3.ts';
import type { RelativePose } from './relativePose.ts';
import { decompose3 } from './singularValues.ts';

/** Relative difference of the outer singular values below which the camera turned in place. */
const leastDifference = 1e-6;

/**
 * @param homography between the rays of the two cameras, R + t n^T / d up to scale
 * @returns two motions, each with a translation up to its sign; none where the camera turned in place
 */
export function motionsOfHomography(homography: Matrix3): readonly RelativePose[] {
  const { values, right } = decompose3(homography);
  // That of a plane in front of both cameras keeps orientation.
  const scale = Math.sign(determinant3(homography)) / values[1];
  const [largest, smallest] = [(values[0] / values[1]) ** 2, (values[2] / values[1]) ** 2];
  if (!(largest - smallest > leastDifference)) return [];
  const h = Array.from({ length: 9 }, (_, k) => homography[k]! * scale);
  // Of these directions, which span the plane's, lengths stay as they are; so does that of the middle singular vector.
  const across = Math.sqrt(Math.max(0, 1 - smallest) / (largest - smallest));
  const along = Math.sqrt(Math.max(0, largest - 1) / (largest - smallest));
  return [along, -along].map((signed) => {
    const inPlane = right[0].map((x, k) => across * x + signed * right[2][k]!) as unknown as Vector3;
    const normal = cross(right[1], inPlane);
    const [turned1, turnedInPlane] = [apply3(h, right[1]), apply3(h, inPlane)];
    const after = transpose3([...turned1, ...turnedInPlane, ...cross(turned1, turnedInPlane)]);
    const rotation = multiply3(after, [...right[1], ...inPlane, ...normal]);
    const translation = unit3(
      apply3(
        h.map((x, k) => x - rotation[k]!),
        normal,
      ),
    );
    return { rotation, translation };
  });
}
