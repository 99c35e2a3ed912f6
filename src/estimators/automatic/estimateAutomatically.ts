/**
 * Homography or fundamental matrix, whichever the matches ask for: both are estimated and compared by Torr's
 * information criterion over the matches that agree with either.
 */
import type {
  EstimationFailure,
  EstimationSettings,
  EstimationSuccess,
  Estimator,
  FundamentalEstimation,
  HomographyEstimation,
} from '../estimator.ts';
import { estimateFundamental } from '../fundamental/estimateFundamental.ts';
import { createHomographyEstimator } from '../homography/createHomographyEstimator.ts';
import { estimators } from '../registry.ts';
import { checkRequest } from '../robust/checkRequest.ts';
import { fundamentalKind, homographyKind, informationCriterion } from './informationCriterion.ts';

const methodIds = Object.keys(estimators.automatic.methods);

/** Noise of a coordinate over the threshold: 95 % of the errors across one line lie within the threshold. */
const noiseOverThreshold = 1 / 1.96;

const estimateHomography = createHomographyEstimator(null);

/** Errors and failures as of the estimators of both models; a success has the reason of the choice. */
export const estimateAutomatically: Estimator = (keypoints0, keypoints1, settings) => {
  checkRequest('automatic', methodIds, keypoints0, keypoints1, settings);
  const homography = estimateHomography(keypoints0, keypoints1, { ...settings, model: 'homography' });
  const fundamental = estimateFundamental(keypoints0, keypoints1, { ...settings, model: 'fundamental' });
  const choose = (estimation: EstimationSuccess, choiceReason: string): EstimationSuccess => ({
    ...estimation,
    settings,
    choiceReason,
  });
  if (homography.ok && homography.model === 'homography') {
    if (!fundamental.ok) return choose(homography, reasonWithoutFundamental(fundamental));
    if (fundamental.model === 'fundamental') return chooseBetween(homography, fundamental, choose);
  }
  if (fundamental.ok) {
    return choose(fundamental, 'Fundamental matrix, because no homography explains more than chance does.');
  }
  return homography.ok ? homography : neither(settings, homography, fundamental);
};

function chooseBetween(
  homography: HomographyEstimation,
  fundamental: FundamentalEstimation,
  choose: (estimation: EstimationSuccess, reason: string) => EstimationSuccess,
): EstimationSuccess {
  const { thresholdPx } = homography.settings;
  const variance = (noiseOverThreshold * thresholdPx) ** 2;
  const agreeing = Array.from(homography.inliers.keys()).filter(
    (k) => homography.inliers[k] === 1 || fundamental.inliers[k] === 1,
  );
  const shared = agreeing.filter((k) => homography.inliers[k] === 1 && fundamental.inliers[k] === 1).length;
  const ofHomography = informationCriterion(
    // A distance in photo 1 is shared out between both photos.
    agreeing.map((k) => homography.residualsPx[k]! ** 2 / 2 / variance),
    homographyKind,
  );
  const ofFundamental = informationCriterion(
    agreeing.map((k) => fundamental.residualsPx[k]! ** 2 / variance),
    fundamentalKind,
  );
  const share = `${Math.round((100 * shared) / fundamental.inlierCount)} %`;
  return ofHomography <= ofFundamental
    ? choose(
        homography,
        `Homography, because it already explains ${share} of what agrees with a fundamental matrix, and more exactly.`,
      )
    : choose(
        fundamental,
        `Fundamental matrix, because a homography explains only ${share} of what agrees with it: the scene has depth.`,
      );
}

function reasonWithoutFundamental({ reason }: EstimationFailure): string {
  switch (reason) {
    case 'planar-scene':
      return 'Homography, because one plane, or a camera that only turned, explains what agrees.';
    case 'too-few-matches':
      return 'Homography, because the matches are too few for a fundamental matrix.';
    default:
      return 'Homography, because no fundamental matrix explains more than chance does.';
  }
}

function neither(
  settings: EstimationSettings,
  homography: EstimationFailure,
  fundamental: EstimationFailure,
): EstimationFailure {
  // Both say the same of the input; of support, only together.
  if (homography.reason !== 'no-model') return { ...homography, settings };
  if (fundamental.reason === 'planar-scene') return { ...homography, settings };
  return {
    ok: false,
    settings,
    reason: 'no-model',
    message:
      'Neither a homography nor a fundamental matrix explains more of the matches than chance does: raise the threshold or choose photos of one scene.',
  };
}
