import { describe, expect, it } from 'vitest';
import type { DenseMatches } from '../matcher.ts';
import { drawWithoutReplacement, sampleMatches } from './sampleMatches.ts';

const [width, height] = [120, 90];
const cells = width * height;

/** The identity between two pictures, in cells of half an input pixel. */
function identity(certaintyAt: (x: number, y: number) => number): DenseMatches {
  const warp = new Float32Array(2 * cells);
  const certainty = new Float32Array(cells);
  for (let k = 0; k < cells; k++) {
    const [x, y] = [k % width, Math.floor(k / width)];
    warp.set([(x + 0.5) * 0.5 - 0.5, (y + 0.5) * 0.5 - 0.5], 2 * k);
    certainty[k] = certaintyAt(x, y);
  }
  return {
    width,
    height,
    cellSize: 0.5,
    warp0: warp,
    warp1: warp,
    certainty0: certainty,
    certainty1: certainty,
  };
}

describe('sampleMatches', () => {
  it('gives the matches of cells in input pixels, with their raw certainty', () => {
    const dense = identity((x) => 0.06 + 0.9 * (x / width));
    const { keypoints0, keypoints1, confidence } = sampleMatches(dense, { count: 500, seed: 1 });
    expect(confidence).toHaveLength(500);
    expect(keypoints0).toEqual(keypoints1);
    for (const [k, value] of confidence.entries()) {
      const x = (keypoints0[2 * k]! + 0.5) / 0.5 - 0.5;
      expect(value).toBe(Math.fround(0.06 + 0.9 * (x / width)));
    }
  });

  it('draws the same for the same seed and others for another', () => {
    const dense = identity(() => 0.5);
    const first = sampleMatches(dense, { count: 200, seed: 7 });
    expect(sampleMatches(dense, { count: 200, seed: 7 })).toEqual(first);
    expect(sampleMatches(dense, { count: 200, seed: 8 }).keypoints0).not.toEqual(first.keypoints0);
  });

  it('never draws a cell without certainty, even where there are too few others', () => {
    const dense = identity((x, y) => (x < 10 && y < 9 ? 0.9 : 0));
    const { keypoints0, confidence } = sampleMatches(dense, { count: 1000, seed: 0 });
    expect(confidence).toHaveLength(180);
    expect(Math.max(...keypoints0.filter((_, k) => k % 2 === 0))).toBeLessThan(5);
    expect(
      sampleMatches(
        identity(() => 0),
        { count: 100, seed: 0 },
      ).confidence,
    ).toHaveLength(0);
  });

  it('counts everything above the threshold the same, and less in proportion below it', () => {
    // Four fifths of the cells at 0.01, a fifth at 0.3: of weight 1 : 25 in all.
    const dense = identity((x) => (x % 5 === 0 ? 0.3 : 0.01));
    const { confidence } = sampleMatches(dense, { count: 500, seed: 3 });
    const certain = confidence.filter((value) => value > 0.1).length / confidence.length;
    expect(certain).toBeGreaterThan(0.93);
    expect(certain).toBeLessThan(1);
  });

  it('takes fewer from a crowd than certainty alone would', () => {
    // The left tenth is certain altogether, of the rest every ninth cell: equally many cells in all.
    const dense = identity((x, y) => (x < width / 10 || (x + y * width) % 9 === 0 ? 0.9 : 0));
    const { keypoints0 } = sampleMatches(dense, { count: 1100, seed: 2 });
    const left = keypoints0.filter((x, k) => k % 2 === 0 && x < width / 20).length / 1100;
    expect(left).toBeLessThan(0.35);
    expect(left).toBeGreaterThan(0.05);
  });

  it('refuses counts beyond its range', () => {
    expect(() =>
      sampleMatches(
        identity(() => 1),
        { count: 99, seed: 0 },
      ),
    ).toThrow(RangeError);
    expect(() =>
      sampleMatches(
        identity(() => 1),
        { count: 20_001, seed: 0 },
      ),
    ).toThrow(RangeError);
  });
});

describe('drawWithoutReplacement', () => {
  it('draws each index at most once, in proportion to its weight', () => {
    const weights = Float32Array.of(0, 1, 2, 4, 0.5, 0);
    const hits = new Float64Array(weights.length);
    const rounds = 1000;
    for (let seed = 0; seed < rounds; seed++) {
      const [only, ...others] = drawWithoutReplacement(weights, 1, seed);
      expect(others).toEqual([]);
      hits[only!]!++;
    }
    const shares = Array.from(hits, (count) => count / rounds);
    for (const [k, weight] of weights.entries()) {
      // Three deviations of a share of a half are 0.05.
      expect(Math.abs(shares[k]! - weight / 7.5)).toBeLessThan(0.05);
    }
    expect([...drawWithoutReplacement(weights, 10, 1)]).toEqual([1, 2, 3, 4]);
    expect([...drawWithoutReplacement(weights, 3, 1)]).toHaveLength(3);
  });
});
