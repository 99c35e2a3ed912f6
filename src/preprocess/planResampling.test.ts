import { describe, expect, test } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { planResampling } from './planResampling.ts';
import type { ResamplingFilter } from './preprocessing.ts';

const filters = ['cubic', 'area', 'lanczos'] as const satisfies readonly ResamplingFilter[];

function weightsOf(plan: ReturnType<typeof planResampling>, target: number): readonly number[] {
  return [...plan.weights.subarray(plan.offsets[target]!, plan.offsets[target + 1]!)];
}

describe('planResampling', () => {
  test.each(filters)('at scale 1 each sample is copied and the padding repeats the last: %s', (filter) => {
    const plan = planResampling(5, 8, 1, filter);
    expect([...plan.starts]).toEqual([0, 1, 2, 3, 4, 4, 4, 4]);
    expect([...plan.weights]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test.each(filters)('weights add up to 1, starts never fall, no sample lies outside: %s', (filter) => {
    const random = createRandom(1);
    for (let round = 0; round < 10; round++) {
      const length = random.integer(1, 3000);
      const scale = random.uniform(0.02, 1);
      const targets = Math.ceil((length * scale) / 8) * 8;
      const plan = planResampling(length, targets, scale, filter);
      for (let target = 0; target < targets; target++) {
        const weights = weightsOf(plan, target);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(plan.starts[target]).toBeGreaterThanOrEqual(target > 0 ? plan.starts[target - 1]! : 0);
        expect(plan.starts[target]! + weights.length).toBeLessThanOrEqual(length);
      }
    }
  });

  test('an area sample is the mean of what it covers', () => {
    const plan = planResampling(10, 4, 0.4, 'area');
    expect([...plan.starts]).toEqual([0, 2, 5, 7]);
    for (const [target, expected] of [
      [0.4, 0.4, 0.2],
      [0.2, 0.4, 0.4],
      [0.4, 0.4, 0.2],
      [0.2, 0.4, 0.4],
    ].entries()) {
      const weights = weightsOf(plan, target);
      expect(weights).toHaveLength(3);
      for (const [k, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[k]!, 12);
    }
  });

  test('an enlargement interpolates by the cubic whatever filter a reduction would use', () => {
    const cubic = planResampling(50, 80, 1.6);
    for (const filter of filters) expect(planResampling(50, 80, 1.6, filter)).toEqual(cubic);
  });

  test('away from the edges a straight ramp stays the ramp of the resize transform', () => {
    for (const scale of [2, 1.6, 1.07, 0.95, 0.9, 0.8, 0.64, 0.5, 0.37, 0.2, 0.1]) {
      const length = 2000;
      const targets = Math.floor(length * scale);
      const plan = planResampling(length, targets, scale);
      const errors: number[] = [];
      for (let target = 4; target < targets - 4; target++) {
        const position = weightsOf(plan, target).reduce(
          (sum, w, k) => sum + w * (plan.starts[target]! + k),
          0,
        );
        errors.push((position + 0.5) * scale - 0.5 - target);
      }
      // An enlargement interpolates, and Keys' cubic reproduces lines. A whole reduction places every pixel exactly. Otherwise the stretched cubic meets the source pixels at
      // changing phases and sways by about a hundredth of a pixel, without any drift.
      const bound = scale > 1 || Number.isInteger(1 / scale) ? 1e-9 : 0.011;
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(bound);
      expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(1e-9);
    }
  });
});
