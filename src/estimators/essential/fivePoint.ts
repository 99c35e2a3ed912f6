/**
 * Essential matrices of five matches: D. Nistér, "An efficient solution to the five-point relative pose
 * problem" (PAMI 2004). Five rows leave E = x X + y Y + z Z + W; det E = 0 and 2 E E^T E = trace(E E^T) E are
 * ten cubics in x, y and z, whose elimination leaves one polynomial of degree ten in z.
 */
import { writeEpipolarRows } from '../robust/epipolarRows.ts';
import { findNullSpace } from '../robust/nullSpace.ts';
import { findRealRoots } from '../robust/realRoots.ts';

export const fivePointSampleSize = 5;
export const fivePointMostModels = 10;

/**
 * Monomials in the order that leaves x^3 ... z^2 y to be eliminated and (x, y, 1) times powers of z:
 * exponents of x, y, z.
 */
const cubicMonomials = [
  ...[
    [3, 0, 0],
    [0, 3, 0],
    [2, 1, 0],
    [1, 2, 0],
    [2, 0, 1],
    [2, 0, 0],
    [0, 2, 1],
    [0, 2, 0],
    [1, 1, 1],
  ],
  ...[
    [1, 1, 0],
    [1, 0, 2],
    [1, 0, 1],
    [1, 0, 0],
    [0, 1, 2],
    [0, 1, 1],
    [0, 1, 0],
    [0, 0, 3],
    [0, 0, 2],
  ],
  ...[
    [0, 0, 1],
    [0, 0, 0],
  ],
] as const;
const quadraticMonomials = [
  ...[
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 2],
    [1, 1, 0],
    [1, 0, 1],
    [0, 1, 1],
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [0, 0, 0],
] as const;
const linearMonomials = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0, 0, 0],
] as const;

type Monomials = readonly (readonly number[])[];

/** Entry [i * second.length + j]: where the product of monomials i and j stands. */
function productTable(first: Monomials, second: Monomials, products: Monomials): Uint8Array {
  return Uint8Array.from(
    first.flatMap((a) =>
      second.map((b) => products.findIndex((c) => c.every((power, k) => power === a[k]! + b[k]!))),
    ),
  );
}

const linearTimesLinear = productTable(linearMonomials, linearMonomials, quadraticMonomials);
const quadraticTimesLinear = productTable(quadraticMonomials, linearMonomials, cubicMonomials);

const rows = new Float64Array(fivePointSampleSize * 9);
const basis = new Float64Array(4 * 9);
/** The nine entries of E as polynomials of four coefficients. */
const entries = new Float64Array(9 * 4);
/** E E^T, and later minus half its trace on the diagonal: nine polynomials of ten coefficients. */
const square = new Float64Array(9 * 10);
const minor = new Float64Array(10);
/** Ten cubics of twenty coefficients. */
const cubics = new Float64Array(10 * 20);
/** Three rows of three polynomials in z: of degree 3, 3 and 4. */
const hidden = new Float64Array(3 * 3 * 5);
const polynomial = new Float64Array(11);
const roots = new Float64Array(fivePointMostModels);

/**
 * @param rays x0, y0, x1, y1, ... of at least five matches: directions (x, y, 1) in the cameras' axes
 * @param sample indices of five of them
 * @param models takes up to ten matrices of 9
 * @returns how many
 */
export function solveFivePoint(rays: Float64Array, sample: Int32Array, models: Float64Array): number {
  writeEpipolarRows(rays, sample, fivePointSampleSize, rows);
  if (!findNullSpace(rows, fivePointSampleSize, basis)) return 0;
  for (let k = 0; k < 9; k++) {
    for (let v = 0; v < 4; v++) entries[4 * k + v] = basis[9 * v + k]!;
  }
  writeCubics();
  if (!eliminate()) return 0;
  writeHiddenVariable();
  writePolynomial();
  const count = findRealRoots(polynomial, 10, roots);
  let found = 0;
  for (let r = 0; r < count; r++) if (writeModel(roots[r]!, models, 9 * found)) found++;
  return found;
}

/** target += factor * (entry a of E) (entry b of E) */
function addSquare(target: Float64Array, start: number, a: number, b: number, factor: number): void {
  for (let i = 0; i < 4; i++) {
    const coefficient = factor * entries[4 * a + i]!;
    for (let j = 0; j < 4; j++) {
      target[start + linearTimesLinear[4 * i + j]!]! += coefficient * entries[4 * b + j]!;
    }
  }
}

/** cubics[row] += (quadratic at `start`) (entry of E) */
function addCubic(row: number, quadratic: Float64Array, start: number, entry: number): void {
  for (let i = 0; i < 10; i++) {
    const coefficient = quadratic[start + i]!;
    for (let j = 0; j < 4; j++) {
      cubics[row + quadraticTimesLinear[4 * i + j]!]! += coefficient * entries[4 * entry + j]!;
    }
  }
}

function writeCubics(): void {
  cubics.fill(0);
  square.fill(0);
  for (let i = 0; i < 3; i++) {
    for (let j = i; j < 3; j++) {
      for (let k = 0; k < 3; k++) addSquare(square, 10 * (3 * i + j), 3 * i + k, 3 * j + k, 1);
    }
  }
  for (let c = 0; c < 10; c++) {
    const half = 0.5 * (square[c]! + square[40 + c]! + square[80 + c]!);
    square[c]! -= half;
    square[40 + c]! -= half;
    square[80 + c]! -= half;
    square[30 + c] = square[10 + c]!;
    square[60 + c] = square[20 + c]!;
    square[70 + c] = square[50 + c]!;
  }
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) addCubic(20 * (3 * i + j), square, 10 * (3 * i + k), 3 * k + j);
    }
  }
  for (let i = 0; i < 3; i++) {
    const j = (i + 1) % 3;
    const k = (i + 2) % 3;
    minor.fill(0);
    addSquare(minor, 0, 3 + j, 6 + k, 1);
    addSquare(minor, 0, 3 + k, 6 + j, -1);
    addCubic(180, minor, 0, i);
  }
}

/** Gauss and Jordan with row pivots on the first ten columns; only rows 4 to 9 are needed in the end. */
function eliminate(): boolean {
  for (let column = 0; column < 10; column++) {
    let pivot = column;
    for (let row = column + 1; row < 10; row++) {
      if (Math.abs(cubics[20 * row + column]!) > Math.abs(cubics[20 * pivot + column]!)) pivot = row;
    }
    const value = cubics[20 * pivot + column]!;
    if (value === 0) return false;
    if (pivot !== column) {
      for (let c = column; c < 20; c++) {
        const kept = cubics[20 * pivot + c]!;
        cubics[20 * pivot + c] = cubics[20 * column + c]!;
        cubics[20 * column + c] = kept;
      }
    }
    const inverse = 1 / value;
    for (let c = column; c < 20; c++) cubics[20 * column + c]! *= inverse;
    // Rows 0 to 3 serve no later step: only those above that stay are cleared.
    for (let row = Math.min(4, column + 1); row < 10; row++) {
      if (row === column) continue;
      const factor = cubics[20 * row + column]!;
      if (factor === 0) continue;
      for (let c = column; c < 20; c++) cubics[20 * row + c]! -= factor * cubics[20 * column + c]!;
    }
  }
  return true;
}

/**
 * Rows of x^2 z and x^2, y^2 z and y^2, xyz and xy: the first minus z times the second is free of both, and
 * leaves polynomials in z times x, y and 1.
 */
function writeHiddenVariable(): void {
  for (let i = 0; i < 3; i++) {
    const upper = 20 * (4 + 2 * i);
    const lower = upper + 20;
    for (let j = 0; j < 3; j++) {
      // Columns of z^n ... 1: three for x, three for y, four for 1.
      const start = 10 + 3 * j;
      const terms = j === 2 ? 4 : 3;
      const target = 5 * (3 * i + j);
      for (let power = 0; power < 5; power++) {
        const here = power < terms ? cubics[upper + start + terms - 1 - power]! : 0;
        const shifted = power > 0 && power <= terms ? cubics[lower + start + terms - power]! : 0;
        hidden[target + power] = here - shifted;
      }
    }
  }
}

/** The determinant of the three rows: degree 3 + 3 + 4. */
function writePolynomial(): void {
  polynomial.fill(0);
  for (let i = 0; i < 3; i++) {
    const j = (i + 1) % 3;
    const k = (i + 2) % 3;
    // Columns x and y of rows j and k, times the constant column of row i.
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const product =
          hidden[5 * (3 * j) + a]! * hidden[5 * (3 * k + 1) + b]! -
          hidden[5 * (3 * k) + a]! * hidden[5 * (3 * j + 1) + b]!;
        for (let c = 0; c < 5; c++) polynomial[a + b + c]! += product * hidden[5 * (3 * i + 2) + c]!;
      }
    }
  }
}

function at(row: number, column: number, z: number): number {
  const start = 5 * (3 * row + column);
  let value = hidden[start + 4]!;
  for (let power = 3; power >= 0; power--) value = value * z + hidden[start + power]!;
  return value;
}

function writeModel(z: number, models: Float64Array, start: number): boolean {
  // (x, y, 1) is at right angles to all three rows: the longest cross product is the surest.
  let [x, y, w] = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    const j = (i + 1) % 3;
    const [a, b, c] = [at(i, 0, z), at(i, 1, z), at(i, 2, z)];
    const [p, q, r] = [at(j, 0, z), at(j, 1, z), at(j, 2, z)];
    const last = a * q - b * p;
    if (Math.abs(last) > Math.abs(w)) [x, y, w] = [b * r - c * q, c * p - a * r, last];
  }
  if (w === 0) return false;
  x /= w;
  y /= w;
  const scale = 1 / Math.sqrt(x * x + y * y + z * z + 1);
  for (let k = 0; k < 9; k++) {
    models[start + k] = scale * (x * basis[k]! + y * basis[9 + k]! + z * basis[18 + k]! + basis[27 + k]!);
  }
  return true;
}
