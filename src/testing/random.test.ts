import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

function take<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

test('the same seed gives the same numbers, another seed others', () => {
  expect(take(5, createRandom(7).next)).toEqual(take(5, createRandom(7).next));
  expect(take(5, createRandom(7).next)).not.toEqual(take(5, createRandom(8).next));
});

test('the numbers are the ones of mulberry32', () => {
  expect(take(3, createRandom(0).next).map((value) => value * 2 ** 32)).toEqual([
    1144304738, 1416247, 958946056,
  ]);
});

test('uniform numbers fill their interval evenly', () => {
  const random = createRandom(1);
  const bins = new Array<number>(10).fill(0);
  for (const value of take(20_000, () => random.uniform(-2, 3))) bins[Math.floor((value + 2) * 2)]! += 1;
  for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(180); // four deviations
});

test('whole numbers reach both ends and nothing beyond', () => {
  const random = createRandom(2);
  expect(new Set(take(500, () => random.integer(-1, 2)))).toEqual(new Set([-1, 0, 1, 2]));
});

test('normal numbers have mean 0 and deviation 1', () => {
  const random = createRandom(3);
  const values = take(20_000, random.normal);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.02);
});

test('picking from nothing is refused', () => {
  const random = createRandom(4);
  expect(new Set(take(100, () => random.pick(['a', 'b'])))).toEqual(new Set(['a', 'b']));
  expect(() => random.pick([])).toThrow(RangeError);
});
