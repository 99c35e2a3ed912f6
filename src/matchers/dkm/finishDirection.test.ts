import { describe, expect, it } from 'vitest';
import { finishDirection } from './finishDirection.ts';

const grid = { width: 4, height: 2 };
const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

function finish(changes: Partial<Parameters<typeof finishDirection>[0]>) {
  return finishDirection({
    grid,
    flow: new Float32Array(16),
    certainty: new Float32Array(8).fill(1),
    coarse: { grid: { width: 2, height: 1 }, certainty: Float32Array.of(2, 2) },
    ratio: [1, 1],
    queryContent: [1, 1],
    supportContent: [1, 1],
    ...changes,
  });
}

describe('finishDirection', () => {
  it('leaves certainty alone where the coarse match was not in doubt', () => {
    for (const value of finish({}).certainty) expect(value).toBeCloseTo(sigmoid(1), 6);
  });

  it('takes half of the negative coarse logits out of the sum, interpolated before they are cut at zero', () => {
    const { certainty } = finish({
      coarse: { grid: { width: 2, height: 1 }, certainty: Float32Array.of(-4, 2) },
    });
    // Cells lie at -0.25, 0.25, 0.75 and 1.25 of the coarse cells: -4, -2.5, 0.5, 2.
    const expected = [1 + 2, 1 + 1.25, 1, 1].map(sigmoid);
    for (const [k, value] of certainty.entries()) expect(value).toBeCloseTo(expected[k % 4]!, 6);
  });

  it('reads the coarse logits where the grid lies in them', () => {
    const coarse = { grid: { width: 4, height: 1 }, certainty: Float32Array.of(-4, -4, 2, 2) };
    const { certainty } = finish({ coarse, ratio: [0.5, 1] });
    for (const value of certainty.subarray(0, 3)) expect(value).toBeGreaterThan(sigmoid(1.5));
  });

  it('keeps the warp to the other picture and gives no certainty beyond it', () => {
    const flow = new Float32Array(16);
    flow.set([-1.2, 0, 0.4, 1.1], 0);
    flow.set([0, 0, 0, 0, 1.5], 8);
    const { warp, certainty } = finish({ flow });
    expect([...warp.filter((_, k) => k % 2 === 0)].slice(0, 4)).toEqual([-1, 0, Math.fround(0.4), 1]);
    expect(warp[9]).toBe(1);
    expect([...certainty].map((value) => value > 0)).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('ends where the content of padded pictures ends', () => {
    const flow = new Float32Array(16);
    flow.set([0.1, 0.7, 0, 0], 0);
    const { warp, certainty } = finish({ flow, supportContent: [0.75, 1], queryContent: [0.75, 0.5] });
    expect(warp[2]).toBe(0.5);
    expect([...certainty].map((value) => value > 0)).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
