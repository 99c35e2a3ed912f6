/**
 * Singular value decomposition of 3 x 3 matrices by one-sided Jacobi rotations (Hestenes 1958; Golub and Van
 * Loan, "Matrix Computations", 8.6): the small singular values come out as accurate as the large one, which is
 * what decides where an epipole lies.
 */
import { columnOf, cross, dot, type Matrix3, scale3, unit3, type Vector3 } from './matrix3.ts';

/** a = sum over k of values[k] left[k] right[k]^T. */
export interface SingularValues {
  /** Falling, not negative. */
  readonly values: Vector3;
  /** Orthonormal vectors, one a value. */
  readonly left: readonly [Vector3, Vector3, Vector3];
  readonly right: readonly [Vector3, Vector3, Vector3];
}

/** Convergence is quadratic: five sweeps reach the last bit, more are never needed. */
const mostSweeps = 12;

export function decompose3(a: Matrix3): SingularValues {
  const columns: [Vector3, Vector3, Vector3] = [columnOf(a, 0), columnOf(a, 1), columnOf(a, 2)];
  const right: [Vector3, Vector3, Vector3] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    const turned = [turn(columns, right, 0, 1), turn(columns, right, 0, 2), turn(columns, right, 1, 2)];
    if (!turned.includes(true)) break;
  }
  const order = ([0, 1, 2] as const).toSorted(
    (i, j) => Math.hypot(...columns[j]) - Math.hypot(...columns[i]),
  ) as [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];
  const values = order.map((k) => Math.hypot(...columns[k])) as [number, number, number];
  const left0: Vector3 = values[0] > 0 ? unit3(columns[order[0]]) : [1, 0, 0];
  const left1 = values[1] > values[0] * Number.EPSILON ? unit3(columns[order[1]]) : unit3(anyNormalTo(left0));
  const third = cross(left0, left1);
  // A vanishing column has no direction of its own; the sign of the others' normal must still fit it.
  const left2 = dot(third, columns[order[2]]) < 0 ? scale3(third, -1) : third;
  return {
    values,
    left: [left0, left1, left2],
    right: [right[order[0]], right[order[1]], right[order[2]]],
  };
}

/** Makes two columns orthogonal; false when they are so already. */
function turn(columns: Vector3[], right: Vector3[], i: number, j: number): boolean {
  const [a, b] = [columns[i]!, columns[j]!];
  const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
  if (!(Math.abs(ab) > Number.EPSILON * Math.sqrt(aa * bb))) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  rotate(columns, i, j, cosine, cosine * tangent);
  rotate(right, i, j, cosine, cosine * tangent);
  return true;
}

function rotate(vectors: Vector3[], i: number, j: number, cosine: number, sine: number): void {
  const [[a, b, c], [p, q, r]] = [vectors[i]!, vectors[j]!];
  vectors[i] = [cosine * a - sine * p, cosine * b - sine * q, cosine * c - sine * r];
  vectors[j] = [sine * a + cosine * p, sine * b + cosine * q, sine * c + cosine * r];
}

function anyNormalTo([x, y, z]: Vector3): Vector3 {
  return Math.abs(x) < 0.6 ? cross([x, y, z], [1, 0, 0]) : cross([x, y, z], [0, 1, 0]);
}
