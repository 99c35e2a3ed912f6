/** From matches in photo pixels to the best epipolar geometry of a kind: coordinates, order, method, search. */

import type { EstimationSettings } from '../estimator.ts';
import { estimators } from '../registry.ts';
import { robustMethods } from './epipolarMethods.ts';
import type { EpipolarProblem, WorkingMatches } from './epipolarProblem.ts';
import { findModel } from './findModel.ts';
import { createRandomNumbers, type RandomNumbers, randomPermutation } from './randomNumbers.ts';
import { toWorkingMatches } from './workingMatches.ts';

export const epipolarMethodIds = Object.keys(estimators.fundamental.methods);

/** The point of each photo that becomes the origin, and what becomes length 1. */
export type WorkingFrame = Pick<WorkingMatches, 'centre0' | 'centre1' | 'unitPx'>;

export interface FoundEpipolar {
  /** Fundamental matrix between working coordinates. */
  readonly model: Float64Array;
  /** The distinct matches in random order. */
  readonly matches: WorkingMatches;
  readonly random: RandomNumbers;
}

/**
 * @param distinct indices of the matches to use, by falling confidence
 * @param settings checked; their method is one of `epipolarMethodIds`
 * @returns null where no sample gave a model
 */
export function searchEpipolar(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  distinct: Int32Array,
  settings: EstimationSettings,
  frame: WorkingFrame,
  createProblem: (matches: WorkingMatches, threshold: number, random: RandomNumbers) => EpipolarProblem,
): FoundEpipolar | null {
  const { score, draw } = robustMethods[settings.method as keyof typeof robustMethods];
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
  const { maxIterations, confidence } = settings;
  const found = findModel(problem, matches, {
    draw: draw(matches, byConfidence, problem.sampleSize, maxIterations, random),
    score,
    threshold,
    confidence,
    maxIterations,
  });
  return found && { model: found.model, matches, random };
}
