import { describe, expect, it } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { type Progress, type ProgressPlan, planProgress } from './progress.ts';

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

  it('begins at 0 with whatever step comes first', () => {
    const { seen, plan } = follow();
    plan.report('features', 0);
    plan.report('features', 1);
    plan.finish();
    expect(seen.map(({ fraction }) => fraction)).toEqual(
      [0, 0.375, 1].map((share) => expect.closeTo(share, 12)),
    );
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

  it('gives each part of a divided run its share of the steps that are repeated', () => {
    const { seen, plan } = follow();
    plan.report('download', 1);
    const [first, second] = plan.divide('features', [
      { name: 'near', weight: 1 },
      { name: 'far', weight: 3 },
    ]);
    first!.report('features', 1);
    second!.report('features', 0);
    second!.report('coarse', 1);
    const part = { name: 'far', index: 1, count: 2 };
    expect(seen).toEqual([
      { step: 'download', fraction: 0.2 },
      // 80 remain; 20 of them for the first part, of which features are three eighths.
      { step: 'features', fraction: 0.275, part: { name: 'near', index: 0, count: 2 } },
      { step: 'features', fraction: 0.4, part },
      { step: 'coarse', fraction: 1, part },
    ]);
    expect(() => first!.report('download', 0)).toThrow(RangeError);
  });

  it('never goes back between parts, nor within a part that is divided again', () => {
    const { seen, plan } = follow();
    const random = createRandom(4);
    const parts = plan.divide('download', [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 2 },
    ]);
    const [, ofB] = parts[1]!.divide('download', [
      { name: 'small', weight: 1 },
      { name: 'large', weight: 1 },
    ]);
    for (const part of [parts[0]!, ofB!]) {
      for (let k = 0; k < 100; k++) part.report(PLAN[random.integer(0, 2)]![0], random.uniform(-0.5, 1.5));
    }
    plan.finish();
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions.every((fraction, k) => k === 0 || fraction >= fractions[k - 1]!)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    expect(new Set(seen.map(({ part }) => part?.name))).toEqual(new Set(['a', 'b', undefined]));
  });

  it('leaves the steps after a divided stretch to the whole run', () => {
    const { seen, plan } = follow();
    const parts = plan.divide(
      'download',
      [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 1 },
      ],
      'coarse',
    );
    plan.report('download', 0);
    parts[1]!.report('features', 1);
    plan.report('coarse', 0.5);
    expect(() => parts[1]!.report('coarse', 0)).toThrow(RangeError);
    expect(seen).toEqual([
      { step: 'download', fraction: 0 },
      { step: 'features', fraction: 0.5, part: { name: 'b', index: 1, count: 2 } },
      { step: 'coarse', fraction: 0.75 },
    ]);
  });

  it('reports a part as one step where it is to be, whatever steps it goes through', () => {
    const { seen, plan } = follow();
    const [sought, found] = plan.divide('download', [
      { name: 'sought', weight: 3, as: 'search' },
      { name: 'found', weight: 1 },
    ]) as [ProgressPlan, ProgressPlan];
    const [first, second] = sought.divide('download', [
      { name: 'first', weight: 1 },
      { name: 'second', weight: 1 },
    ]) as [ProgressPlan, ProgressPlan];
    first.report('download', 0);
    first.report('coarse', 1);
    second.report('features', 1);
    found.report('coarse', 1);
    expect(seen.map(({ step }) => step)).toEqual(['search', 'search', 'search', 'coarse']);
    expect(seen.map(({ fraction }) => fraction)).toEqual(
      [0, 0.375, 0.5625, 1].map((share) => expect.closeTo(share, 9)),
    );
  });

  it('does not name the only part', () => {
    const { seen, plan } = follow();
    plan.divide('features', [{ name: 'only', weight: 7 }])[0]!.report('coarse', 1);
    expect(seen).toEqual([{ step: 'coarse', fraction: 1 }]);
  });

  it('refuses a step that was not planned and a plan without weight', () => {
    const { plan } = follow();
    expect(() => plan.report('fine', 0)).toThrow(RangeError);
    expect(() => planProgress([], () => {})).toThrow(RangeError);
  });
});
