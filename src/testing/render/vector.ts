/** Vectors of three numbers, as the renderer uses them: world space in metres, z up. */
export type Vec3 = readonly [x: number, y: number, z: number];

export const up: Vec3 = [0, 0, 1];

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

export const scale = (a: Vec3, factor: number): Vec3 => [a[0] * factor, a[1] * factor, a[2] * factor];

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const norm = (a: Vec3): number => Math.sqrt(dot(a, a));

/** @throws RangeError for the zero vector */
export function normalize(a: Vec3): Vec3 {
  const length = norm(a);
  if (!(length > 0)) throw new RangeError('A vector without length has no direction.');
  return scale(a, 1 / length);
}

/** Two unit vectors that span the plane across the unit vector `normal`. */
export function tangents(normal: Vec3): readonly [Vec3, Vec3] {
  const tangent = normalize(Math.abs(normal[2]) < 0.9 ? cross(up, normal) : cross([1, 0, 0], normal));
  return [tangent, cross(normal, tangent)];
}
