/**
 * The robust search for one geometry: random minimal samples, early rejection, local optimisation of
 * every new best (LO-RANSAC: Chum, Matas, Kittler, "Locally optimized RANSAC", DAGM 2003), as many samples as
 * the best so far asks for, and a last refinement.
 */
import { type DrawSample, drawAmong } from './drawSamples.ts';
import type { ResidualScore } from './marginalScore.ts';
import type { RandomNumbers } from './randomNumbers.ts';
import { measure, refineModel, type ScoredModel } from './refineModel.ts';
import { findAgreeing, noRace, setRaceMarks } from './residuals.ts';
import type { SearchProblem } from './searchProblem.ts';
import { designTest, noTest } from './sequentialTest.ts';
import type { WorkingMatches } from './workingMatches.ts';

export interface SearchOptions {
  readonly draw: DrawSample;
  readonly random: RandomNumbers;
  readonly score: ResidualScore;
  /** Threshold in working coordinates. */
  readonly threshold: number;
  readonly confidence: number;
  readonly maxIterations: number;
}

/**
 * Even where most matches agree with the best so far: those of one plane agree with many a wrong epipolar geometry, and it
 * takes a sample of several surfaces to find the right one. On drawn scenes with true poses (56 walls with things before
 * them, 56 rooms; training/pairs) the AUC at 10 degrees of the essential matrix is 43 and 66 with fifty, 51 and 73 with
 * five hundred and what follows, 51 and 74 with a thousand.
 */
const fewestIterations = 500;
/**
 * The best so far has been optimised: a sample need not beat it before it is optimised itself, only come this close.
 * A few times, for optimising costs as much as hundreds of samples; always where so few matches agree that the best is
 * likely a model of wrong ones.
 */
const hopefulShare = 0.7;
const mostHopeful = 30;
const rareAgreement = 0.1;
/**
 * Samples, then, of the matches that agree with a new best (the inner sampling of LO-RANSAC): those of correct ones
 * alone lead out of where its optimisation got stuck.
 */
const drawsAmongAgreeing = 50;
/** Steps of the optimisation of a new best, and at the end. */
const localSteps = 6;
export const lastSteps = 30;

/** @returns null where no sample gave a model */
export function findModel(
  problem: SearchProblem,
  matches: WorkingMatches,
  { draw, random, score, threshold, confidence, maxIterations }: SearchOptions,
): ScoredModel | null {
  const { residuals } = problem;
  const cutoff = score.cutoff * threshold;
  const sample = new Int32Array(problem.sampleSize);
  const models = new Float64Array(9 * problem.mostModels);
  const measured = { score: 0, agreeing: 0, lookedAt: 0 };
  let best: ScoredModel | null = null;
  let test = noTest;
  let marks = noRace;
  let [badAgreeing, badLookedAt] = [1, 100];
  let limit = maxIterations;
  let drawAgreeing: DrawSample = draw;
  let agreeingDraws = 0;
  let hopeful = 0;
  for (let iteration = 0; iteration < limit; ) {
    if (agreeingDraws > 0) {
      agreeingDraws--;
      drawAgreeing(sample);
    } else {
      iteration++;
      draw(sample);
    }
    const count = problem.solve(sample, models);
    for (let m = 0; m < count; m++) {
      const outcome = residuals.scoreModel(matches, models, 9 * m, score, cutoff, test, marks, measured);
      if (outcome === 'behind') continue;
      if (outcome === 'bad') {
        badAgreeing += measured.agreeing;
        badLookedAt += measured.lookedAt;
        continue;
      }
      if (best !== null && measured.score <= best.score) {
        const mayHope = hopeful < mostHopeful || best.agreeing < rareAgreement * matches.count;
        if (!mayHope || measured.score <= hopefulShare * best.score) continue;
        hopeful++;
      }
      let candidate = measure(residuals, matches, models.slice(9 * m, 9 * m + 9), score, cutoff);
      candidate = refineModel(problem, matches, candidate, score, cutoff, localSteps);
      const escaped = problem.escapePlane?.(sample, candidate.model) ?? null;
      if (escaped !== null) {
        const start = measure(residuals, matches, escaped, score, cutoff);
        const other = refineModel(problem, matches, start, score, cutoff, localSteps);
        if (other.score > candidate.score) candidate = other;
      }
      if (best !== null && candidate.score <= best.score) continue;
      best = candidate;
      if (best.agreeing < rareAgreement * matches.count && best.agreeing > problem.sampleSize) {
        drawAgreeing = drawAmong(findAgreeing(residuals, matches, best.model, score, cutoff), random);
        agreeingDraws = drawsAmongAgreeing;
      }
      marks = setRaceMarks(residuals, matches, best.model, score, cutoff);
      const share = best.agreeing / matches.count;
      test = designTest(share, badAgreeing / badLookedAt, problem.solverCost, problem.usualModels);
      limit = Math.min(
        maxIterations,
        Math.max(fewestIterations, samplesNeeded(share, problem.sampleSize, confidence, test.mistakes)),
      );
    }
  }
  return best && refineModel(problem, matches, best, score, cutoff, lastSteps);
}

/** Samples until one of correct matches alone was seen, and not dropped, with this confidence. */
function samplesNeeded(share: number, sampleSize: number, confidence: number, mistakes: number): number {
  const chance = share ** sampleSize * (1 - mistakes);
  if (chance >= 1) return 1;
  return Math.ceil(Math.log(1 - confidence) / Math.log1p(-chance));
}
