/**
 * The inner loops: Sampson distances of all matches from one model, summed up in the ways the search needs.
 * Straight-line arithmetic over one typed array, because this is where an estimate spends its time.
 */
import type { WorkingMatches } from './epipolarProblem.ts';
import { type ResidualScore, tableSize } from './marginalScore.ts';
import { noTest, type SequentialTest } from './sequentialTest.ts';

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

/** Matches between two marks of a race. */
const lap = 256;
/** Of the deviation of a sum of gains, each between 0 and 1: beyond, a model won't make up any more. */
const raceDeviations = 3;

/**
 * What the best model had scored after every lap, less what chance may explain: a model below it is left.
 * `noRace` lets every model finish.
 */
export type RaceMarks = Float64Array;
export const noRace: RaceMarks = new Float64Array(0);

/**
 * @param cutoff residual in working coordinates from which on a match counts nothing
 * @param result takes what was found, of the matches looked at
 */
export function scoreModel(
  { points, count }: WorkingMatches,
  model: Float64Array,
  start: number,
  { gains }: ResidualScore,
  cutoff: number,
  { limit, agree, disagree }: SequentialTest,
  marks: RaceMarks,
  result: Measurement,
): ScoringOutcome {
  const f0 = model[start]!;
  const f1 = model[start + 1]!;
  const f2 = model[start + 2]!;
  const f3 = model[start + 3]!;
  const f4 = model[start + 4]!;
  const f5 = model[start + 5]!;
  const f6 = model[start + 6]!;
  const f7 = model[start + 7]!;
  const f8 = model[start + 8]!;
  const scale = tableSize / (cutoff * cutoff);
  let odds = 1;
  let score = 0;
  let agreeing = 0;
  for (let k = 0; k < count; k++) {
    const x0 = points[4 * k]!;
    const y0 = points[4 * k + 1]!;
    const x1 = points[4 * k + 2]!;
    const y1 = points[4 * k + 3]!;
    const a1 = f0 * x0 + f1 * y0 + f2;
    const b1 = f3 * x0 + f4 * y0 + f5;
    const a0 = f0 * x1 + f3 * y1 + f6;
    const b0 = f1 * x1 + f4 * y1 + f7;
    const error = x1 * a1 + y1 * b1 + f6 * x0 + f7 * y0 + f8;
    const bin = (scale * error * error) / (a0 * a0 + b0 * b0 + a1 * a1 + b1 * b1);
    if (bin < tableSize) {
      score += gains[bin | 0]!;
      agreeing++;
      odds *= agree;
    } else {
      odds *= disagree;
      if (odds > limit) {
        result.agreeing = agreeing;
        result.lookedAt = k + 1;
        return 'bad';
      }
    }
    if (k % lap === lap - 1 && score < marks[(k - lap + 1) / lap]!) {
      result.agreeing = agreeing;
      result.lookedAt = k + 1;
      return 'behind';
    }
  }
  result.score = score;
  result.agreeing = agreeing;
  result.lookedAt = count;
  return 'finished';
}

/** The marks that a model sets for those after it. */
export function setRaceMarks(
  matches: WorkingMatches,
  model: Float64Array,
  score: ResidualScore,
  cutoff: number,
): RaceMarks {
  const measured: Measurement = { score: 0, agreeing: 0, lookedAt: 0 };
  const marks = new Float64Array(Math.floor(matches.count / lap));
  let total = 0;
  marks.forEach((_, k) => {
    const points = matches.points.subarray(4 * lap * k, 4 * lap * (k + 1));
    scoreModel({ ...matches, points, count: lap }, model, 0, score, cutoff, noTest, noRace, measured);
    total += measured.score;
    marks[k] = total - raceDeviations * 0.5 * Math.sqrt(lap * (k + 1));
  });
  return marks;
}

/**
 * The normal equations of a weighted fit at a model: sums over the matches of w g g^T (81 numbers) and
 * w r g (9 numbers), where g is the derivative of the Sampson distance r by the nine entries.
 */
export function sumNormalEquations(
  { points, count }: WorkingMatches,
  model: Float64Array,
  weights: Float64Array,
  cutoff: number,
  matrix: Float64Array,
  gradient: Float64Array,
): void {
  const [f0, f1, f2, f3, f4, f5, f6, f7, f8] = model as unknown as [
    ...[number, number, number, number, number, number, number, number, number],
  ];
  const scale = tableSize / (cutoff * cutoff);
  matrix.fill(0);
  gradient.fill(0);
  for (let k = 0; k < count; k++) {
    const x0 = points[4 * k]!;
    const y0 = points[4 * k + 1]!;
    const x1 = points[4 * k + 2]!;
    const y1 = points[4 * k + 3]!;
    const a1 = f0 * x0 + f1 * y0 + f2;
    const b1 = f3 * x0 + f4 * y0 + f5;
    const a0 = f0 * x1 + f3 * y1 + f6;
    const b0 = f1 * x1 + f4 * y1 + f7;
    const error = x1 * a1 + y1 * b1 + f6 * x0 + f7 * y0 + f8;
    const square = a0 * a0 + b0 * b0 + a1 * a1 + b1 * b1;
    const bin = (scale * error * error) / square;
    if (!(bin < tableSize)) continue;
    const weight = weights[bin | 0]!;
    const shrink = error / square;
    const size = 1 / Math.sqrt(square);
    const u = x1 - shrink * a1;
    const v = y1 - shrink * b1;
    const s = shrink * a0;
    const t = shrink * b0;
    derivative[0] = size * (u * x0 - s * x1);
    derivative[1] = size * (u * y0 - t * x1);
    derivative[2] = size * u;
    derivative[3] = size * (v * x0 - s * y1);
    derivative[4] = size * (v * y0 - t * y1);
    derivative[5] = size * v;
    derivative[6] = size * (x0 - s);
    derivative[7] = size * (y0 - t);
    derivative[8] = size;
    const residual = error * size;
    for (let i = 0; i < 9; i++) {
      const factor = weight * derivative[i]!;
      gradient[i]! += factor * residual;
      for (let j = 0; j <= i; j++) matrix[9 * i + j]! += factor * derivative[j]!;
    }
  }
  for (let i = 0; i < 9; i++) for (let j = 0; j < i; j++) matrix[9 * j + i] = matrix[9 * i + j]!;
}

const derivative = new Float64Array(9);
