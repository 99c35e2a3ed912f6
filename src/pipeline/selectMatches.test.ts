import { describe, expect, it } from 'vitest';
import { createPairResult } from '../testing/createPairResult.ts';
import { createRandom } from '../testing/random.ts';
import { countConfident, selectMatches } from './selectMatches.ts';

describe('countConfident', () => {
  it('agrees with counting one by one, for every boundary', () => {
    const random = createRandom(1);
    for (let length = 0; length < 20; length++) {
      // Few distinct values, so that ties are common.
      const confidence = Float32Array.from({ length }, () => random.integer(0, 4) / 10)
        .sort()
        .reverse();
      for (const minimum of [0, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 1]) {
        const counted = confidence.filter((value) => value >= Math.fround(minimum)).length;
        expect(countConfident(confidence, minimum)).toBe(counted);
      }
    }
  });

  it('keeps a confidence that equals the minimum in single precision', () => {
    // As a double, 0.7 is above the float32 nearest to it.
    expect(countConfident(Float32Array.of(0.7), 0.7)).toBe(1);
    expect(countConfident(Float32Array.of(0.7), 0.7001)).toBe(0);
  });
});

describe('selectMatches', () => {
  const { matches } = createPairResult(100);

  it('keeps the confident ones, the most confident first, without copying', () => {
    const selected = selectMatches(matches, { minimumConfidence: 0.5, maximumMatches: Infinity });
    const count = selected.confidence.length;
    expect(count).toBe(matches.confidence.filter((confidence) => confidence >= 0.5).length);
    expect(count).toBeGreaterThan(30);
    expect(selected.keypoints0).toEqual(matches.keypoints0.slice(0, 2 * count));
    expect(selected.keypoints1).toEqual(matches.keypoints1.slice(0, 2 * count));
    expect(selected.view).toHaveLength(count);
    expect(selected.keypoints0.buffer).toBe(matches.keypoints0.buffer);
    expect(selected.settings).toBe(matches.settings);
  });

  it.each([
    [0, 0],
    [1, 1],
    [17, 17],
    [17.9, 17],
    [100, 100],
    [101, 100],
    [Infinity, 100],
    [-1, 0],
  ])('keeps at most %d', (maximumMatches, expected) => {
    const selected = selectMatches(matches, { minimumConfidence: 0, maximumMatches });
    expect(selected.confidence).toHaveLength(expected);
    expect(selected.keypoints1).toHaveLength(2 * expected);
  });
});
