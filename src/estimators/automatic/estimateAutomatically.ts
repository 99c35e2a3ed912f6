/**
 * Homography or fundamental matrix, whichever the matches ask for: both are estimated, and what agrees with the
 * fundamental matrix shows whether the scene has depth.
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
import { planeTolerance } from '../robust/planeInduced.ts';

const methodIds = Object.keys(estimators.automatic.methods);

/**
 * Of the matches that agree with a fundamental matrix, the share off the plane of the homography from which on they are
 * depth. Of 72 drawn pairs with known geometry (training/pairs) it is 2 to 6 % for flat scenes whose homography is right, and 8 to
 * 74 % for walls with things before them and rooms whose pose is found. Torr's information criterion (GRIC, 1998), which
 * asks for a fifth, gave the choice an AUC at 5 degrees of 10 on such walls, this one of 24.
 */
const leastOffPlane = 0.1;

const estimateHomography = createHomographyEstimator(null);

/** Errors and failures as of the estimators of both models; a success has the reason of the choice. */
export const estimateAutomatically: Estimator = (keypoints0, keypoints1, settings, confidence) => {
  checkRequest('automatic', methodIds, keypoints0, keypoints1, settings, confidence);
  const [homography, fundamental] = [
    estimateHomography(keypoints0, keypoints1, { ...settings, model: 'homography' }, confidence),
    estimateFundamental(keypoints0, keypoints1, { ...settings, model: 'fundamental' }, confidence),
  ];
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
  const farthest = planeTolerance * homography.settings.thresholdPx;
  const offPlane = fundamental.inliers.reduce(
    (count, inlier, k) => count + (inlier === 1 && homography.residualsPx[k]! > farthest ? 1 : 0),
    0,
  );
  const share = offPlane / fundamental.inlierCount;
  const percent = `${Math.round(100 * share)} %`;
  return share < leastOffPlane
    ? choose(
        homography,
        `Homography, because only ${percent} of what agrees with a fundamental matrix lies off one plane.`,
      )
    : choose(
        fundamental,
        `Fundamental matrix, because ${percent} of what agrees with it lies off one plane: the scene has depth.`,
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
