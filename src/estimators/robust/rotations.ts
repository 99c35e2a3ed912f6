/** Rotations as small steps: the exponential map (Rodrigues). */
import type { Vector3 } from '../../geometry/matrix3.ts';

/** The rotation about `vector` by its length in radians, 3x3 row-major. */
export function rotationOf([x, y, z]: Vector3): number[] {
  const angle = Math.hypot(x, y, z);
  // sin(a) / a and (1 - cos a) / a^2, whose limits at 0 are 1 and 1/2.
  const s = angle < 1e-8 ? 1 : Math.sin(angle) / angle;
  const c = angle < 1e-8 ? 0.5 : 2 * (Math.sin(angle / 2) / angle) ** 2;
  return [
    ...[1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y],
    ...[c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x],
    ...[c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y)],
  ];
}
