import { describe, expect, it } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { type Progress, planProgress } from './progress.ts';

const PLAN = [
  ['download', 20],
  ['features', 30],
  ['coarse', 50],
] as const;

function follow() {
  const seen: Progress[] = [];
  return { seen, plan: planProgress(PLAN, (progress) => seen.push(progress)) };
}

describe('planProgress', () => {
  it('weighs steps and counts the earlier ones as done', () => {
    const { seen, plan } = follow();
    plan.report('download', 0.5);
    plan.report('coarse', 0.1);
    expect(seen).toEqual([
      { step: 'download', fraction: 0.1 },
      { step: 'coarse', fraction: 0.55 },
    ]);
  });

  it('never goes back, whatever is reported, and ends at 1', () => {
    const { seen, plan } = follow();
    const random = createRandom(3);
    for (let k = 0; k < 500; k++) {
      plan.report(PLAN[random.integer(0, 2)]![0], random.uniform(-0.5, 1.5));
    }
    plan.finish();
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions.every((fraction, k) => k === 0 || fraction >= fractions[k - 1]!)).toBe(true);
    expect(Math.max(...fractions)).toBe(1);
    expect(seen.at(-1)).toEqual({ step: 'coarse', fraction: 1 });
  });

  it('refuses a step that was not planned and a plan without weight', () => {
    const { plan } = follow();
    expect(() => plan.report('fine', 0)).toThrow(RangeError);
    expect(() => planProgress([], () => {})).toThrow(RangeError);
  });
});
