/** What scoring a variation gives: results of each pair, and the summary of each set that the tables print. */
import type { PairMatches } from '../../src/pipeline/pairMatches.ts';
import type { EvaluationPair, PairType } from './evaluationPairs.ts';
import { groupBy } from './groupBy.ts';
import { areaUnderCurve, mean, median } from './measures.ts';

export interface PairScore {
  readonly matches: number;
  /** Share of matches that agree with the ground truth; null where it is not known. */
  readonly correct: number | null;
  /** One result an estimation: errors, infinite where there is no geometry, or recalls between 0 and 1. */
  readonly results: readonly number[];
  /** Null where nobody measured it. */
  readonly seconds: number | null;
}

export interface SetSummary {
  readonly set: string;
  readonly type: PairType;
  readonly pairs: number;
  /** Mean number. */
  readonly matches: number;
  /** Mean over pairs in percent; pairs without a geometry count as 0. Null for correspondences. */
  readonly correct: number | null;
  /** In percent, of the first estimation of each pair: areas under the curve, or the recall alone. */
  readonly measure: readonly number[];
  /** The same, mean over all estimations. */
  readonly meanMeasure: readonly number[];
  readonly medianSeconds: number | null;
}

interface Measure {
  readonly name: string;
  readonly unit: string;
  /** Of the errors; none for the recall. */
  readonly thresholds: readonly number[];
}

export const measures: Readonly<Record<PairType, Measure>> = {
  homography: { name: 'AUC@3/5/10', unit: 'px', thresholds: [3, 5, 10] },
  pose: { name: 'AUC@5/10/20', unit: '°', thresholds: [5, 10, 20] },
  corrs: { name: 'recall', unit: '%', thresholds: [] },
};

/** Without what only the first pair of a size pays: building graphs and sessions. Null where nothing was timed. */
export function secondsOf({ total, build = 0, compile = 0 }: PairMatches['timingsMs']): number | null {
  return total === undefined ? null : (total - build - compile) / 1000;
}

/**
 * @param scores of the pairs, in their order; null for a pair that an estimator has no answer to by its nature
 * @returns one summary a set, by the order of first appearance, of the pairs that have a score
 */
export function summariseSets(
  pairs: readonly EvaluationPair[],
  scores: readonly (PairScore | null)[],
): SetSummary[] {
  const scored = pairs.flatMap((pair, k) => (scores[k] ? [{ pair, score: scores[k] }] : []));
  const groups = groupBy(scored, ({ pair }) => `${pair.set} ${pair.type}`);
  return groups.map((group) => {
    const { set, type } = group[0]!.pair;
    const own = group.map(({ score }) => score);
    const repeats = own[0]!.results.map((_, k) =>
      measureOf(
        type,
        own.map(({ results }) => results[k]!),
      ),
    );
    const seconds = own.flatMap((score) => score.seconds ?? []);
    return {
      set,
      type,
      pairs: group.length,
      matches: Math.floor(mean(own.map(({ matches }) => matches))),
      correct: type === 'corrs' ? null : 100 * mean(own.map(({ correct }) => correct ?? 0)),
      measure: repeats[0]!,
      meanMeasure: repeats[0]!.map((_, k) => mean(repeats.map((values) => values[k]!))),
      medianSeconds: seconds.length > 0 ? median(seconds) : null,
    };
  });
}

function measureOf(type: PairType, results: readonly number[]): readonly number[] {
  if (type === 'corrs') return [100 * mean(results)];
  return measures[type].thresholds.map((threshold) => areaUnderCurve(results, threshold));
}
