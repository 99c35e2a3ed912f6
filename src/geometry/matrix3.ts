/** Matrices of three by three, row-major, and the few operations that two-view geometry needs. */

/** Nine numbers: a list here, a typed array in inner loops. */
export type Matrix3 = ArrayLike<number>;

export type Vector3 = readonly [x: number, y: number, z: number];

export function multiply3(a: Matrix3, b: Matrix3): number[] {
  const product: number[] = [];
  for (let row = 0; row < 9; row += 3) {
    for (let column = 0; column < 3; column++) {
      product.push(a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!);
    }
  }
  return product;
}

export function transpose3(a: Matrix3): number[] {
  return [a[0]!, a[3]!, a[6]!, a[1]!, a[4]!, a[7]!, a[2]!, a[5]!, a[8]!];
}

export function apply3(a: Matrix3, [x, y, z]: Vector3): Vector3 {
  return [
    a[0]! * x + a[1]! * y + a[2]! * z,
    a[3]! * x + a[4]! * y + a[5]! * z,
    a[6]! * x + a[7]! * y + a[8]! * z,
  ];
}

/** The matrix of cofactors: the transpose of the adjugate, defined for singular matrices too. */
export function cofactors3(a: Matrix3): number[] {
  const [row0, row1, row2] = [rowOf(a, 0), rowOf(a, 1), rowOf(a, 2)];
  return [...cross(row1, row2), ...cross(row2, row0), ...cross(row0, row1)];
}

export function determinant3(a: Matrix3): number {
  return dot(rowOf(a, 0), cross(rowOf(a, 1), rowOf(a, 2)));
}

/** The inverse, or null where the matrix has none. */
export function invert3(a: Matrix3): number[] | null {
  const determinant = determinant3(a);
  if (determinant === 0 || !Number.isFinite(determinant)) return null;
  return transpose3(cofactors3(a)).map((entry) => entry / determinant);
}

/** The matrix of the cross product: skew3(t) v = t x v. */
export function skew3([x, y, z]: Vector3): number[] {
  return [0, -z, y, z, 0, -x, -y, x, 0];
}

/** Square root of the sum of squares of all entries. */
export function frobenius3(a: Matrix3): number {
  let sum = 0;
  for (let k = 0; k < 9; k++) sum += a[k]! ** 2;
  return Math.sqrt(sum);
}

export function rowOf(a: Matrix3, row: 0 | 1 | 2): Vector3 {
  return [a[3 * row]!, a[3 * row + 1]!, a[3 * row + 2]!];
}

export function columnOf(a: Matrix3, column: 0 | 1 | 2): Vector3 {
  return [a[column]!, a[column + 3]!, a[column + 6]!];
}

export function cross([a, b, c]: Vector3, [p, q, r]: Vector3): Vector3 {
  return [b * r - c * q, c * p - a * r, a * q - b * p];
}

export function dot([a, b, c]: Vector3, [p, q, r]: Vector3): number {
  return a * p + b * q + c * r;
}

export function scale3([x, y, z]: Vector3, factor: number): Vector3 {
  return [x * factor, y * factor, z * factor];
}

export function add3([a, b, c]: Vector3, [p, q, r]: Vector3): Vector3 {
  return [a + p, b + q, c + r];
}

/** The vector of length 1; of the zero vector, not a number. */
export function unit3(v: Vector3): Vector3 {
  return scale3(v, 1 / Math.hypot(...v));
}
