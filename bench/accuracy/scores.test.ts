import { describe, expect, it } from 'vitest';
import type { EvaluationPair } from './evaluationPairs.ts';
import { type PairScore, summariseSets } from './scores.ts';

function pair(name: string, set: string, type: EvaluationPair['type']): EvaluationPair {
  return { name, set, type } as EvaluationPair;
}

function score(matches: number, correct: number | null, results: number[], seconds = 1): PairScore {
  return { matches, correct, results, seconds };
}

describe('summariseSets', () => {
  it('summarises each set by its measure: of the first estimation, and on the mean of all', () => {
    const pairs = [
      pair('a', 'flat', 'homography'),
      pair('b', 'flat', 'homography'),
      pair('c', 'hand', 'corrs'),
    ];
    const [flat, hand] = summariseSets(pairs, [
      score(10, 0.5, [0, 0], 1),
      score(21, null, [Infinity, 0], 4),
      score(7, null, [0.25, 0.75], 2),
    ]);
    expect(flat).toEqual({
      set: 'flat',
      type: 'homography',
      pairs: 2,
      matches: 15,
      correct: 25,
      measure: [50, 50, 50],
      meanMeasure: [75, 75, 75],
      medianSeconds: 2.5,
    });
    expect(hand).toMatchObject({ correct: null, measure: [25], meanMeasure: [50] });
  });

  it('leaves out what an estimator has no answer to', () => {
    const pairs = [pair('a', 'flat', 'homography'), pair('b', 'rooms', 'pose')];
    expect(summariseSets(pairs, [null, score(5, 1, [0])]).map(({ set }) => set)).toEqual(['rooms']);
  });
});
