/** From matches in photo pixels to the best model of a kind: coordinates, order, method, search. */

import type { EstimationSettings } from '../estimator.ts';
import { ownMethods } from '../registry.ts';
import { findModel, lastSteps } from './findModel.ts';
import { robustMethods } from './ownMethods.ts';
import { createRandomNumbers, type RandomNumbers, randomPermutation } from './randomNumbers.ts';
import { measure, refineModel, type ScoredModel } from './refineModel.ts';
import type { SearchProblem } from './searchProblem.ts';
import type { WorkingMatches } from './workingMatches.ts';
import { toWorkingMatches, type WorkingFrame } from './workingMatches.ts';

export const ownMethodIds = Object.keys(ownMethods);

export interface FoundModel extends ScoredModel {
  /** The distinct matches in random order. */
  readonly matches: WorkingMatches;
  readonly random: RandomNumbers;
  /** The best model near another start, fitted as what was found; their scores can be compared. */
  readonly optimise: (start: Float64Array) => ScoredModel;
}

/**
 * @param distinct indices of the matches to use, by falling confidence
 * @param confidence of all matches, from 0 to 1: what each counts in the last fit; without, all count alike
 * @param settings checked; their method is one of `ownMethodIds`
 * @returns null where no sample gave a model
 */
export function searchMatches(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  distinct: Int32Array,
  confidence: Float32Array | undefined,
  settings: EstimationSettings,
  frame: WorkingFrame,
  createProblem: (matches: WorkingMatches, threshold: number, random: RandomNumbers) => SearchProblem,
): FoundModel | null {
  const { createScore, draw } = robustMethods[settings.method as keyof typeof robustMethods];
  const random = createRandomNumbers(settings.seed);
  // Early rejection looks at a few matches first: these must not be the most confident ones.
  const shuffled = randomPermutation(distinct.length, random);
  const byConfidence = new Int32Array(distinct.length);
  shuffled.forEach((rank, position) => {
    byConfidence[rank] = position;
  });
  const order = shuffled.map((rank) => distinct[rank]!);
  const matches = toWorkingMatches(keypoints0, keypoints1, order, frame);
  const threshold = settings.thresholdPx / frame.unitPx;
  const problem = createProblem(matches, threshold, random);
  const { maxIterations } = settings;
  const score = createScore(problem.noiseReach);
  const found = findModel(problem, matches, {
    draw: draw(matches, byConfidence, problem.sampleSize, maxIterations, random),
    random,
    score,
    threshold,
    confidence: settings.confidence,
    maxIterations,
  });
  const cutoff = score.cutoff * threshold;
  const climb = (among: WorkingMatches, start: Float64Array) =>
    refineModel(
      problem,
      among,
      measure(problem.residuals, among, start, score, cutoff),
      score,
      cutoff,
      lastSteps,
    );
  const weighed = confidence && {
    ...matches,
    weights: Float64Array.from(order, (index) => confidence[index]!),
  };
  const fitByConfidence = (scored: ScoredModel): ScoredModel => {
    if (weighed === undefined) return scored;
    const { model } = climb(weighed, scored.model);
    return measure(problem.residuals, matches, model, score, cutoff);
  };
  return (
    found && {
      ...fitByConfidence(found),
      matches,
      random,
      optimise: (start) => fitByConfidence(climb(matches, start)),
    }
  );
}
