/**
 * Robust estimation of the essential matrix and the relative pose: the fundamental matrix of cameras whose focal
 * lengths are known, from EXIF, a guess or a person.
 */
import { fundamentalOfEssential, measureSampson, nearestEssential } from '../../geometry/epipolar.ts';
import { poseOfEssential } from '../../geometry/relativePose.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import type { Cameras, EstimationFailure, EstimationSettings, Estimator } from '../estimator.ts';
import { estimators } from '../registry.ts';
import { checkRequest, invalidSettings } from '../robust/checkRequest.ts';
import { distinctMatches } from '../robust/distinctMatches.ts';
import { findSolePlane } from '../robust/dominantPlane.ts';
import {
  findMereChance,
  findPoorSpread,
  nothingBeyondChance,
  tooFewMatches,
} from '../robust/epipolarFailures.ts';
import { hasDepth } from '../robust/planeInduced.ts';
import { ownMethodIds, searchMatches } from '../robust/searchMatches.ts';
import { createEssentialProblem, essentialOfWorking } from './essentialProblem.ts';
import { fivePointMostModels } from './fivePoint.ts';
import { choosePoseOfPlane } from './poseOfPlane.ts';
import { findRotationHomography } from './pureRotation.ts';

const { minimumMatches } = estimators.essential;
const inWords = { name: 'An essential matrix', minimumMatches, minimumInWords: 'five' };
const kind = { sampleSize: minimumMatches, mostModels: fivePointMostModels };

/**
 * The same input and settings give the same result. A match is an inlier exactly when its Sampson distance is at
 * most `thresholdPx`. A flat scene leaves two poses, of which one is given, and that is said; a camera that turned in place
 * leaves its baseline open, which is a failure.
 *
 * Throws a CovisError (`invalid-settings`, `invalid-matches`) for input that no photos can give; everything else
 * that stands in the way of a geometry is a failure value.
 */
export const estimateEssential: Estimator = (keypoints0, keypoints1, settings, confidence) => {
  checkRequest('essential', ownMethodIds, keypoints0, keypoints1, settings, confidence);
  const cameras = checkCameras(settings);
  const count = keypoints0.length / 2;
  if (count < minimumMatches) return tooFewMatches(settings, count, inWords);
  const distinct = distinctMatches(keypoints0, keypoints1);
  const poor = findPoorSpread(keypoints0, keypoints1, distinct, settings, inWords);
  if (poor !== null) return poor;

  const [camera0, camera1] = cameras;
  const unitPx = (camera0.focalPx + camera1.focalPx) / 2;
  const focals = [camera0.focalPx / unitPx, camera1.focalPx / unitPx] as const;
  const frame = { centre0: camera0.principalPoint, centre1: camera1.principalPoint, unitPx };
  const found = searchMatches(keypoints0, keypoints1, distinct, confidence, settings, frame, (matches) =>
    createEssentialProblem(matches, focals),
  );
  if (found === null) return nothingBeyondChance(settings, count, 0);
  const { matches, random } = found;
  const threshold = settings.thresholdPx / unitPx;
  const solePlane = findSolePlane(matches, found.model, threshold, random);
  const ofPlane = solePlane && choosePoseOfPlane(found, solePlane, focals, threshold);
  const model = ofPlane?.model ?? found.model;
  const matrix = nearestEssential(essentialOfWorking(model, focals));
  const fundamental = fundamentalOfEssential(matrix, cameras);
  const agreement = measureSampson(fundamental, keypoints0, keypoints1, settings.thresholdPx);
  const chance = findMereChance(fundamental, agreement, keypoints0, keypoints1, distinct, settings, kind);
  if (chance !== null) return chance;
  const turn = findRotationHomography(matches, matrix, focals, threshold);
  if (!hasDepth(matches, model, turn, threshold)) {
    return pureRotation(settings, count, agreement.inlierCount);
  }
  const pose = poseOfEssential(matrix, cameras, keypoints0, keypoints1, agreement.inliers);
  const restsOnPlane = ofPlane !== null && !ofPlane.isTold;
  return { ok: true, model: 'essential', settings, matrix, cameras, pose, restsOnPlane, ...agreement };
};

function checkCameras({ cameras }: EstimationSettings): Cameras {
  if (cameras === undefined) {
    throw invalidSettings('The essential matrix needs the focal lengths of both photos: give them.');
  }
  for (const { focalPx, principalPoint } of cameras) {
    if (!(focalPx > 0 && focalPx < Infinity)) {
      throw invalidSettings(`A focal length must be a positive number of pixels, not ${focalPx}.`);
    }
    if (!principalPoint.every(Number.isFinite)) {
      throw invalidSettings(`A principal point must lie in the photo, not at ${principalPoint.join(', ')}.`);
    }
  }
  return cameras;
}

function pureRotation(settings: EstimationSettings, count: number, inlierCount: number): EstimationFailure {
  return {
    ok: false,
    settings,
    reason: 'pure-rotation',
    message: `A turn of the camera in place explains what agrees (${formatCount(inlierCount)} of ${formatCount(count)} matches), which leaves the direction it moved in open: choose the homography, or photos taken from two places.`,
    insteadModel: 'homography',
  };
}
