/**
 * Robust estimation of the fundamental matrix: what two photos from unknown cameras have in common when the scene
 * has depth and the camera moved.
 */
import { measureSampson } from '../../geometry/epipolar.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import type { EstimationFailure, EstimationSettings, Estimator } from '../estimator.ts';
import { estimators } from '../registry.ts';
import { checkRequest } from '../robust/checkRequest.ts';
import { distinctMatches } from '../robust/distinctMatches.ts';
import { findSolePlane } from '../robust/dominantPlane.ts';
import {
  findMereChance,
  findPoorSpread,
  nothingBeyondChance,
  tooFewMatches,
} from '../robust/epipolarFailures.ts';
import { ownMethodIds, searchMatches } from '../robust/searchMatches.ts';
import { chooseFrame, fundamentalInPixels } from '../robust/workingMatches.ts';
import { createFundamentalProblem } from './fundamentalProblem.ts';
import { sevenPointMostModels } from './sevenPoint.ts';

const { minimumMatches } = estimators.fundamental;
const inWords = { name: 'A fundamental matrix', minimumMatches, minimumInWords: 'seven' };
const kind = { sampleSize: minimumMatches, mostModels: sevenPointMostModels };

/**
 * The same input and settings give the same result. A match is an inlier exactly when its Sampson distance is at
 * most `thresholdPx`. A method that draws confident matches first relies on their falling confidence.
 *
 * Throws a CovisError (`invalid-settings`, `invalid-matches`) for input that no photos can give; everything else
 * that stands in the way of a geometry is a failure value.
 */
export const estimateFundamental: Estimator = (keypoints0, keypoints1, settings, confidence) => {
  checkRequest('fundamental', ownMethodIds, keypoints0, keypoints1, settings, confidence);
  const count = keypoints0.length / 2;
  if (count < minimumMatches) return tooFewMatches(settings, count, inWords);
  const distinct = distinctMatches(keypoints0, keypoints1);
  const poor = findPoorSpread(keypoints0, keypoints1, distinct, settings, inWords);
  if (poor !== null) return poor;

  const found = searchMatches(
    keypoints0,
    keypoints1,
    distinct,
    confidence,
    settings,
    chooseFrame(keypoints0, keypoints1, distinct),
    createFundamentalProblem,
  );
  if (found === null) return nothingBeyondChance(settings, count, 0);
  const { model, matches, random } = found;
  const matrix = fundamentalInPixels(model, matches);
  const agreement = measureSampson(matrix, keypoints0, keypoints1, settings.thresholdPx);
  const chance = findMereChance(matrix, agreement, keypoints0, keypoints1, distinct, settings, kind);
  if (chance !== null) return chance;
  const threshold = settings.thresholdPx / matches.unitPx;
  if (findSolePlane(matches, model, threshold, random) !== null) {
    return planarScene(settings, count, agreement.inlierCount);
  }
  return { ok: true, model: 'fundamental', settings, matrix, ...agreement };
};

function planarScene(settings: EstimationSettings, count: number, inlierCount: number): EstimationFailure {
  return {
    ok: false,
    settings,
    reason: 'planar-scene',
    message: `One plane, or a camera that only turned, explains what agrees (${formatCount(inlierCount)} of ${formatCount(count)} matches), which leaves the fundamental matrix open: choose the homography, or photos of a scene with depth from two places.`,
    insteadModel: 'homography',
  };
}
