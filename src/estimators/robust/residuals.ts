/**
 * What the robust search asks of the residuals of a kind of model: inner loops over all matches, because this is
 * where an estimate spends its time, so that every kind has its own in straight-line arithmetic.
 */
import type { ResidualScore } from './marginalScore.ts';
import { noTest, type SequentialTest } from './sequentialTest.ts';
import type { WorkingMatches } from './workingMatches.ts';

/** What a pass over the matches found; written over by every pass. */
export interface Measurement {
  /** Sum of gains. */
  score: number;
  /** Matches within the cutoff, of those looked at. */
  agreeing: number;
  lookedAt: number;
}

/** All matches looked at; dropped by the sequential test; or dropped by the race with the best so far. */
export type ScoringOutcome = 'finished' | 'bad' | 'behind';

/**
 * What the best model had scored after every lap, less what chance may explain: a model below it is left.
 * `noRace` lets every model finish.
 */
export type RaceMarks = Float64Array;
export const noRace: RaceMarks = new Float64Array(0);

/** Matches between two marks of a race. */
export const lap = 256;
/** Of the deviation of a sum of gains, each between 0 and 1: beyond, a model won't make up any more. */
const raceDeviations = 3;

export interface Residuals {
  /**
   * @param models the model is the nine numbers from `start` on
   * @param cutoff residual in working coordinates from which on a match counts nothing
   * @param result takes what was found, of the matches looked at
   */
  scoreModel(
    matches: WorkingMatches,
    models: Float64Array,
    start: number,
    score: ResidualScore,
    cutoff: number,
    test: SequentialTest,
    marks: RaceMarks,
    result: Measurement,
  ): ScoringOutcome;
  /**
   * The normal equations of a weighted fit at a model: sums over the matches of w g g^T (81 numbers) and
   * w r g (9 numbers), where w is what the match counts times the weight of its residual r, and g the derivative of
   * r by the nine entries, and of either part of it where it has two.
   */
  sumNormalEquations(
    matches: WorkingMatches,
    model: Float64Array,
    residualWeights: Float64Array,
    cutoff: number,
    matrix: Float64Array,
    gradient: Float64Array,
  ): void;
}

/** The marks that a model sets for those after it. */
export function setRaceMarks(
  residuals: Residuals,
  matches: WorkingMatches,
  model: Float64Array,
  score: ResidualScore,
  cutoff: number,
): RaceMarks {
  const measured: Measurement = { score: 0, agreeing: 0, lookedAt: 0 };
  const marks = new Float64Array(Math.floor(matches.count / lap));
  let total = 0;
  marks.forEach((_, k) => {
    const some = takeMatches(matches, lap * k, lap);
    residuals.scoreModel(some, model, 0, score, cutoff, noTest, noRace, measured);
    total += measured.score;
    marks[k] = total - raceDeviations * 0.5 * Math.sqrt(lap * (k + 1));
  });
  return marks;
}

/** Indices of the matches within the cutoff of a model. */
export function findAgreeing(
  residuals: Residuals,
  matches: WorkingMatches,
  model: Float64Array,
  score: ResidualScore,
  cutoff: number,
): Int32Array {
  const measured: Measurement = { score: 0, agreeing: 0, lookedAt: 0 };
  const agreeing: number[] = [];
  for (let k = 0; k < matches.count; k++) {
    residuals.scoreModel(takeMatches(matches, k, 1), model, 0, score, cutoff, noTest, noRace, measured);
    if (measured.agreeing === 1) agreeing.push(k);
  }
  return Int32Array.from(agreeing);
}

function takeMatches(matches: WorkingMatches, start: number, count: number): WorkingMatches {
  return {
    ...matches,
    points: matches.points.subarray(4 * start, 4 * (start + count)),
    weights: matches.weights.subarray(start, start + count),
    count,
  };
}
