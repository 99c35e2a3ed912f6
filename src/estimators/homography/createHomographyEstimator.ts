/**
 * Robust estimation of one homography between two photos, by our own search or by OpenCV's.
 *
 * A search proposes a matrix; what counts as an inlier, whether the support is more than chance and whether the
 * inliers determine the matrix at all is decided here, the same for every method (OpenCV's masks mean
 * different things: RANSAC's is taken before its last fit, MAGSAC's follows its own noise range).
 */
import type { Points } from '../../geometry/coordinates.ts';
import { applyHomography } from '../../geometry/homography.ts';
import type { Matrix3 } from '../../geometry/matrix3.ts';
import { reproject } from '../../geometry/reprojection.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import type { OpenCv } from '../../runtime/openCvApi.ts';
import type { EstimationFailure, EstimationSettings, Estimator } from '../estimator.ts';
import { estimators, homographyMethods, isOpenCvMethod, ownMethods } from '../registry.ts';
import { chanceOfPoint, measureChance, type SampleKind } from '../robust/chanceSupport.ts';
import { checkRequest, describeCount } from '../robust/checkRequest.ts';
import { distinctMatches } from '../robust/distinctMatches.ts';
import {
  countIndependent,
  logIndependentFalseAlarms,
  mostFalseAlarms,
} from '../robust/independentSupport.ts';
import { liesOnLine, measureSpread } from '../robust/spread.ts';
import { openCvSearches } from './openCvMethods.ts';
import { searchHomography } from './searchHomography.ts';
import { searchWithOpenCv } from './searchWithOpenCv.ts';

const minimumMatches = estimators.homography.minimumMatches;
const sampleKind: SampleKind = { sampleSize: minimumMatches, mostModels: 1 };

/** @returns the homography between the photos with last entry 1, or null */
type Search = (
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  distinct: Int32Array,
  confidence: Float32Array | undefined,
  settings: EstimationSettings,
) => readonly number[] | null;

/**
 * The same input and settings give the same result, whatever ran in between. A match is an inlier exactly
 * when its residual is at most `thresholdPx`. A method that draws confident matches first relies on the
 * matches being ordered by falling confidence.
 *
 * @param openCv null where OpenCV's methods are not asked for
 * @param bound decimal logarithm of the number of homographies with as much independent support that chance is
 *   expected to give, below which one is a result: less is enough for a guess that is looked into
 *
 * The estimator throws a CovisError (`invalid-settings`, `invalid-matches`) for input that no photos can
 * give, and `opencv-failed` when OpenCV itself breaks; everything else that stands in the way of a geometry is
 * a failure value.
 */
export function createHomographyEstimator(openCv: OpenCv | null, bound = mostFalseAlarms): Estimator {
  const methods = Object.keys(openCv === null ? ownMethods : homographyMethods);
  return (keypoints0, keypoints1, settings, confidence) => {
    checkRequest('homography', methods, keypoints0, keypoints1, settings, confidence);
    const count = keypoints0.length / 2;
    if (count < minimumMatches) return tooFew(settings, count);
    const distinct = distinctMatches(keypoints0, keypoints1);
    const flaw = findFlaw(keypoints0, keypoints1, distinct, 0);
    if (flaw !== null) return degenerate(settings, `${flaw.matches}, ${flaw.consequence}`);

    let mostAgreeing = 0;
    for (const search of searchesOf(settings, openCv)) {
      const matrix = search(keypoints0, keypoints1, distinct, confidence, settings);
      if (matrix === null) continue;
      const candidate = { matrix, ...reproject(matrix, keypoints0, keypoints1, settings.thresholdPx) };
      const { inliers, inlierCount } = candidate;
      const support = distinct.filter((index) => inliers[index] === 1);
      const votes = countIndependent(keypoints0, keypoints1, distinct, inliers);
      const falseAlarms = logIndependentFalseAlarms(
        distinct.length,
        votes,
        chanceOf(matrix, keypoints0, keypoints1, distinct, settings.thresholdPx),
        settings.maxIterations,
        sampleKind,
      );
      if (support.length < minimumMatches || falseAlarms >= bound) {
        mostAgreeing = Math.max(mostAgreeing, inlierCount);
        continue;
      }
      // Within the threshold of a line, noise alone would tilt the plane.
      const along = measureSpread(keypoints1, support).along;
      const supportFlaw = findFlaw(keypoints0, keypoints1, support, settings.thresholdPx / (2 * along));
      if (supportFlaw !== null) {
        return degenerate(
          settings,
          `${supportFlaw.matches} as far as they agree, ${supportFlaw.consequence}`,
        );
      }
      return { ok: true, model: 'homography', settings, ...candidate };
    }
    return noModel(settings, count, mostAgreeing);
  };
}

/** Share of wrong matches that agree with a homography. */
function chanceOf(
  matrix: Matrix3,
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  distinct: Int32Array,
  thresholdPx: number,
): number {
  const mapped = applyHomography<'photo', 'photo'>(matrix, keypoints0);
  const measured = measureChance(distinct, (index0, index1) => {
    const stepX = mapped[2 * index0]! - keypoints1[2 * index1]!;
    const stepY = mapped[2 * index0 + 1]! - keypoints1[2 * index1 + 1]!;
    return Math.hypot(stepX, stepY) <= thresholdPx;
  });
  return Math.max(chanceOfPoint(keypoints1, distinct, thresholdPx), measured);
}

/** One after another, until one has more support than chance. */
function searchesOf({ method }: EstimationSettings, openCv: OpenCv | null): readonly Search[] {
  if (openCv === null || !isOpenCvMethod(method)) return [searchHomography];
  const openCvSearch = openCvSearches[method];
  const turns = openCvSearch.seesMirrored ? [false] : [false, true];
  return turns.map(
    (mirrored) => (keypoints0, keypoints1, distinct, _, settings) =>
      searchWithOpenCv(openCv, openCvSearch, keypoints0, keypoints1, distinct, settings, mirrored),
  );
}

/** What keeps matches at `indices` from determining a homography, in words; null when nothing does. */
function findFlaw(
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  indices: Int32Array,
  relativeTolerance: number,
): { readonly matches: string; readonly consequence: string } | null {
  if (indices.length < minimumMatches) {
    return {
      matches: `The matches share ${indices.length === 1 ? 'one place' : `only ${indices.length} places`}`,
      consequence: 'and a homography needs four: choose photos with more in common.',
    };
  }
  for (const [name, points] of [
    ['first', keypoints0],
    ['second', keypoints1],
  ] as const) {
    if (liesOnLine(points, indices, relativeTolerance)) {
      return {
        matches: `The matches lie on one line or spot of the ${name} photo`,
        consequence: 'which leaves the homography open: choose photos that share an area.',
      };
    }
  }
  return null;
}

function tooFew(settings: EstimationSettings, count: number): EstimationFailure {
  return {
    ok: false,
    settings,
    reason: 'too-few-matches',
    message: `A homography needs four matches and there are ${describeCount(count)}: lower the minimum confidence or choose other photos.`,
  };
}

function degenerate(settings: EstimationSettings, message: string): EstimationFailure {
  return { ok: false, settings, reason: 'degenerate', message };
}

function noModel(settings: EstimationSettings, count: number, inlierCount: number): EstimationFailure {
  return {
    ok: false,
    settings,
    reason: 'no-model',
    message: `At most ${formatCount(inlierCount)} of ${formatCount(count)} matches agree on one homography, no more than chance gives: choose another model where the scene is not flat, or raise the threshold or the iterations.`,
  };
}
