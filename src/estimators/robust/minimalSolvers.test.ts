import { describe, expect, it } from 'vitest';
import { essentialOfPose, nearestEssential } from '../../geometry/epipolar.ts';
import { determinant3, frobenius3, unit3 } from '../../geometry/matrix3.ts';
import { createEpipolarMatches, turnAbout } from '../../testing/epipolarMatches.ts';
import { createRandom } from '../../testing/random.ts';
import { fivePointMostModels, solveFivePoint } from '../essential/fivePoint.ts';
import { solveSevenPoint } from '../fundamental/sevenPoint.ts';
import { findNullSpace } from './nullSpace.ts';
import { findRealRoots } from './realRoots.ts';

describe('findNullSpace', () => {
  it.each([5, 7])('gives orthonormal vectors at right angles to %d rows', (rowCount) => {
    const random = createRandom(rowCount);
    for (let round = 0; round < 20; round++) {
      const rows = Float64Array.from({ length: 9 * rowCount }, () => random.normal());
      const kept = rows.slice();
      const basis = new Float64Array(9 * (9 - rowCount));
      expect(findNullSpace(rows, rowCount, basis)).toBe(true);
      const product = (a: Float64Array, i: number, b: Float64Array, j: number) =>
        a.subarray(9 * i, 9 * i + 9).reduce((sum, entry, k) => sum + entry * b[9 * j + k]!, 0);
      for (let v = 0; v < 9 - rowCount; v++) {
        for (let k = 0; k < rowCount; k++) expect(Math.abs(product(kept, k, basis, v))).toBeLessThan(1e-12);
        for (let w = 0; w <= v; w++) expect(product(basis, v, basis, w)).toBeCloseTo(v === w ? 1 : 0, 12);
      }
    }
  });

  it('sees rows that depend on one another', () => {
    const rows = Float64Array.from([...Array(9).keys(), ...Array(9).keys()], (k) => k + 1);
    expect(findNullSpace(rows, 2, new Float64Array(63))).toBe(false);
  });
});

describe('findRealRoots', () => {
  /** Coefficients of the product of (x - root) and (x^2 + 1). */
  function polynomialOf(roots: readonly number[], complexPairs: number): Float64Array {
    let coefficients = [1];
    const times = (factor: readonly number[]) => {
      const product = new Array<number>(coefficients.length + factor.length - 1).fill(0);
      coefficients.forEach((a, i) => {
        factor.forEach((b, j) => {
          product[i + j]! += a * b;
        });
      });
      coefficients = product;
    };
    for (const root of roots) times([-root, 1]);
    for (let k = 0; k < complexPairs; k++) times([1 + k, 0.5, 1]);
    return Float64Array.from(coefficients);
  }

  it.each([
    [[], 1],
    [[], 5],
    [[0], 0],
    [[-3, 0.5], 2],
    [[1e-4, 2, 1000], 0],
    [[-2, -1, -0.5, 0, 0.25, 0.75, 1.5, 3], 1],
    [[-5, -4, -3, -2, -1, 1, 2, 3, 4, 5], 0],
  ] as const)('finds the roots %j beside %d complex pairs', (roots, pairs) => {
    const coefficients = polynomialOf(roots, pairs);
    const found = new Float64Array(10);
    const count = findRealRoots(coefficients, coefficients.length - 1, found);
    expect(count).toBe(roots.length);
    roots.forEach((root, k) => {
      expect(Math.abs(found[k]! - root)).toBeLessThan(1e-8 * Math.max(1, Math.abs(root)));
    });
  });

  it('takes a leading coefficient of 0 and knows that a constant has no roots', () => {
    const found = new Float64Array(3);
    expect(findRealRoots(Float64Array.of(-2, 1, 0, 0), 3, found)).toBe(1);
    expect(found[0]).toBe(2);
    expect(findRealRoots(Float64Array.of(5, 0), 1, found)).toBe(0);
  });
});

/** Rays of exact matches and the essential matrix behind them. */
function exactRays(seed: number) {
  const random = createRandom(seed);
  const direction = () => unit3([random.normal(), random.normal(), random.normal()]);
  const pose = { rotation: turnAbout(direction(), random.uniform(0, 0.6)), translation: direction() };
  const rays = Array.from({ length: 7 }, () => {
    const [x, y, z] = [random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(4, 8)];
    const [u, v, w] = [0, 1, 2].map(
      (k) =>
        pose.rotation[3 * k]! * x +
        pose.rotation[3 * k + 1]! * y +
        pose.rotation[3 * k + 2]! * z +
        pose.translation[k]!,
    ) as [number, number, number];
    return [x / z, y / z, u / w, v / w];
  });
  return { rays: Float64Array.from(rays.flat()), essential: essentialOfPose(pose) };
}

/** Sine of the angle between matrices as vectors of nine. */
function distanceBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0;
  for (let k = 0; k < 9; k++) product += a[k]! * b[k]!;
  return Math.sqrt(Math.max(0, 1 - (product / frobenius3(a) / frobenius3(b)) ** 2));
}

describe.each([
  ['solveSevenPoint', solveSevenPoint, 7],
  ['solveFivePoint', solveFivePoint, 5],
] as const)('%s', (_, solve, sampleSize) => {
  const sample = Int32Array.from({ length: sampleSize }, (_, k) => k);
  const models = new Float64Array(9 * fivePointMostModels);
  const modelAt = (m: number) => models.slice(9 * m, 9 * m + 9);

  it('finds the true geometry among few others, all of which fit the sample', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { rays, essential } = exactRays(seed);
      const count = solve(rays, sample, models);
      const found = Array.from({ length: count }, (_, m) => modelAt(m));
      expect(Math.min(...found.map((model) => distanceBetween(model, essential)))).toBeLessThan(1e-5);
      for (const model of found) {
        // Roots of a polynomial of degree ten that nearly coincide are good to half the digits.
        expect(Math.abs(determinant3(model))).toBeLessThan(sampleSize === 5 ? 1e-5 : 1e-9);
        for (const k of sample) {
          const [x0, y0, x1, y1] = rays.subarray(4 * k, 4 * k + 4) as unknown as [
            number,
            number,
            number,
            number,
          ];
          const line = [0, 3, 6].map((r) => model[r]! * x0 + model[r + 1]! * y0 + model[r + 2]!);
          expect(Math.abs(x1 * line[0]! + y1 * line[1]! + line[2]!)).toBeLessThan(1e-9);
        }
        if (sampleSize === 5) expect(distanceBetween(model, nearestEssential(model))).toBeLessThan(1e-5);
      }
    }
  });

  it('gives nothing for a match listed twice', () => {
    const { rays } = exactRays(1);
    rays.copyWithin(4, 0, 4);
    expect(solve(rays, sample, models)).toBe(0);
  });
});

describe('createEpipolarMatches', () => {
  it('makes correct matches that fit its own geometry', () => {
    const { correct, keypoints0 } = createEpipolarMatches({ count: 100, wrong: 0.4, seed: 1 });
    expect(keypoints0).toHaveLength(200);
    const share = correct.reduce((sum, known) => sum + known, 0) / 100;
    expect(share).toBeGreaterThan(0.45);
    expect(share).toBeLessThan(0.75);
  });
});
