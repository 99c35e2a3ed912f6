import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../testing/random.ts';
import {
  type Affine,
  applyAffine,
  composeAffine,
  invertAffine,
  type Points,
  resizeTransform,
} from './coordinates.ts';

const ROUNDS = 200;

/** A well-conditioned map: a turn, two scales and a shift. */
function randomAffine<From extends 'photo' | 'input', To extends 'photo' | 'input'>(
  random: Random,
): Affine<From, To> {
  const angle = random.uniform(0, 2 * Math.PI);
  const [sx, sy] = [random.uniform(0.2, 5), random.uniform(-5, -0.2)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos * sx, -sin * sy, random.uniform(-900, 900), sin * sx, cos * sy, random.uniform(-900, 900)];
}

function randomPoints<S extends 'photo' | 'input'>(random: Random, count: number): Points<S> {
  return Float32Array.from({ length: 2 * count }, () => random.uniform(-500, 4000)) as Points<S>;
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let k = 0; k < actual.length; k++) largest = Math.max(largest, Math.abs(actual[k]! - expected[k]!));
  return largest;
}

describe('resizeTransform', () => {
  test('keeps the outer edges of the picture, not the centres of its corner pixels', () => {
    const random = createRandom(1);
    for (let round = 0; round < ROUNDS; round++) {
      const scale = random.uniform(0.01, 20);
      const size = random.integer(1, 10_000);
      const [a, b, c, d, e, f] = resizeTransform<'photo', 'input'>(scale);
      expect([b, d]).toEqual([0, 0]);
      expect(a).toBe(e);
      expect(a * -0.5 + c).toBeCloseTo(-0.5, 10);
      expect(e * (size - 0.5) + f).toBeCloseTo(size * scale - 0.5, 8);
    }
  });

  test('halving puts each pixel in the middle of the four it came from', () => {
    const points = Float32Array.of(0.5, 2.5) as Points<'photo'>;
    expect([...applyAffine(resizeTransform<'photo', 'input'>(0.5), points)]).toEqual([0, 1]);
  });

  test('resizing twice is resizing once by the product', () => {
    const random = createRandom(2);
    for (let round = 0; round < ROUNDS; round++) {
      const [s, t] = [random.uniform(0.05, 4), random.uniform(0.05, 4)];
      const twice = composeAffine(resizeTransform<'photo', 'input'>(s), resizeTransform<'input', 'photo'>(t));
      expect(largestDifference(twice, resizeTransform(s * t))).toBeLessThan(1e-12);
    }
  });

  test('scale 1 is the identity', () => {
    expect([...resizeTransform(1)]).toEqual([1, 0, 0, 0, 1, 0]);
  });
});

describe('composeAffine', () => {
  test('applies the first map first', () => {
    const random = createRandom(3);
    for (let round = 0; round < ROUNDS; round++) {
      const first = randomAffine<'photo', 'input'>(random);
      const second = randomAffine<'input', 'photo'>(random);
      const points = randomPoints<'photo'>(random, 8);
      const oneByOne = applyAffine(second, applyAffine(first, points));
      // Coordinates reach 1e5 here and are rounded to float32 twice: its step there is 0.008.
      expect(largestDifference(applyAffine(composeAffine(first, second), points), oneByOne)).toBeLessThan(
        0.1,
      );
    }
  });

  test('is associative', () => {
    const random = createRandom(4);
    for (let round = 0; round < ROUNDS; round++) {
      const a = randomAffine<'photo', 'input'>(random);
      const b = randomAffine<'input', 'photo'>(random);
      const c = randomAffine<'photo', 'input'>(random);
      const left = composeAffine(composeAffine(a, b), c);
      const right = composeAffine(a, composeAffine(b, c));
      expect(largestDifference(left, right)).toBeLessThan(1e-9);
    }
  });
});

describe('invertAffine', () => {
  test('undoes the map from either side', () => {
    const random = createRandom(5);
    for (let round = 0; round < ROUNDS; round++) {
      const transform = randomAffine<'photo', 'input'>(random);
      const inverse = invertAffine(transform);
      expect(largestDifference(composeAffine(transform, inverse), [1, 0, 0, 0, 1, 0])).toBeLessThan(1e-9);
      expect(largestDifference(composeAffine(inverse, transform), [1, 0, 0, 0, 1, 0])).toBeLessThan(1e-9);
    }
  });

  test('refuses maps that flatten the plane or are no numbers', () => {
    expect(() => invertAffine([1, 2, 0, 2, 4, 0])).toThrow(RangeError);
    expect(() => invertAffine([0, 0, 5, 0, 0, 5])).toThrow(RangeError);
    expect(() => invertAffine([Number.NaN, 0, 0, 0, 1, 0])).toThrow(RangeError);
    expect(() => invertAffine([Number.POSITIVE_INFINITY, 0, 0, 0, 1, 0])).toThrow(RangeError);
  });
});

describe('applyAffine', () => {
  test('keeps midpoints', () => {
    const random = createRandom(6);
    for (let round = 0; round < ROUNDS; round++) {
      const transform = randomAffine<'photo', 'input'>(random);
      const [x0, y0, x1, y1] = randomPoints<'photo'>(random, 2) as unknown as [
        number,
        number,
        number,
        number,
      ];
      const points = Float32Array.of(x0, y0, x1, y1, (x0 + x1) / 2, (y0 + y1) / 2) as Points<'photo'>;
      const [u0, v0, u1, v1, u, v] = applyAffine(transform, points);
      expect(Math.abs((u0! + u1!) / 2 - u!)).toBeLessThan(0.01);
      expect(Math.abs((v0! + v1!) / 2 - v!)).toBeLessThan(0.01);
    }
  });

  test('leaves its argument alone and takes an empty list', () => {
    const points = Float32Array.of(3, 4) as Points<'photo'>;
    applyAffine(resizeTransform<'photo', 'input'>(2), points);
    expect([...points]).toEqual([3, 4]);
    expect(applyAffine(resizeTransform<'photo', 'input'>(2), new Float32Array(0))).toHaveLength(0);
  });
});
