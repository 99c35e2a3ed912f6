/**
 * The product's own estimators against the ground truth: corners by its homography, poses by its essential or
 * fundamental matrix with the pair's cameras, recall by its fundamental matrix.
 */
import type {
  Cameras,
  EstimationSettings,
  EstimationSuccess,
  Estimator,
  RequestedModel,
} from '../../src/estimators/estimator.ts';
import { fundamentalOf } from '../../src/estimators/fundamentalOf.ts';
import { essentialOfFundamental } from '../../src/geometry/epipolar.ts';
import { poseOfEssential, type RelativePose } from '../../src/geometry/relativePose.ts';
import type { PairMatches } from '../../src/pipeline/pairMatches.ts';
import type { EvaluationPair, PairType, PosePair } from './evaluationPairs.ts';
import { cornerError, epipolarRecall, median, poseError } from './measures.ts';

/** What each model can be asked. */
const answers: Readonly<Record<RequestedModel, readonly PairType[]>> = {
  homography: ['homography'],
  fundamental: ['pose', 'corrs'],
  essential: ['pose'],
  automatic: ['homography', 'pose', 'corrs'],
};

export interface OwnScore {
  /** As in `PairScore`. */
  readonly results: readonly number[];
  /** Of one estimation, median. */
  readonly milliseconds: number;
}

/**
 * @param matches those selected, by falling confidence
 * @param repeats estimations, each with a seed of its own
 * @returns null where the model says nothing about such a pair
 */
export function scoreOwnEstimator(
  pair: EvaluationPair,
  matches: Pick<PairMatches, 'keypoints0' | 'keypoints1'> & Partial<Pick<PairMatches, 'confidence'>>,
  estimate: Estimator,
  settings: EstimationSettings,
  repeats: number,
): OwnScore | null {
  if (!answers[settings.model].includes(pair.type)) return null;
  const results: number[] = [];
  const times: number[] = [];
  for (let seed = 0; seed < repeats; seed++) {
    const start = performance.now();
    const seeded = { ...settings, seed, ...(pair.type === 'pose' && { cameras: camerasOf(pair) }) };
    const estimation = estimate(matches.keypoints0, matches.keypoints1, seeded, matches.confidence);
    times.push(performance.now() - start);
    results.push(
      estimation.ok ? score(pair, matches, estimation) : pair.type === 'corrs' ? 0 : Number.POSITIVE_INFINITY,
    );
  }
  return { results, milliseconds: median(times) };
}

function score(
  pair: EvaluationPair,
  matches: Pick<PairMatches, 'keypoints0' | 'keypoints1'>,
  estimation: EstimationSuccess,
): number {
  switch (pair.type) {
    case 'homography':
      return estimation.model === 'homography'
        ? cornerError(estimation.matrix, pair)
        : Number.POSITIVE_INFINITY;
    case 'pose': {
      const pose = poseOf(pair, matches, estimation);
      return pose === null ? Number.POSITIVE_INFINITY : poseError(pose, pair);
    }
    case 'corrs': {
      const fundamental = fundamentalOf(estimation);
      return fundamental === null ? 0 : epipolarRecall(fundamental, pair);
    }
  }
}

function poseOf(
  pair: PosePair,
  { keypoints0, keypoints1 }: Pick<PairMatches, 'keypoints0' | 'keypoints1'>,
  estimation: EstimationSuccess,
): RelativePose | null {
  if (estimation.model === 'essential') return estimation.pose;
  if (estimation.model === 'homography') return null;
  const cameras = camerasOf(pair);
  const essential = essentialOfFundamental(estimation.matrix, cameras);
  return poseOfEssential(essential, cameras, keypoints0, keypoints1, estimation.inliers);
}

/** The product's cameras have square pixels; those of the ground truth differ by less than a percent from that. */
function camerasOf({ K0, K1 }: PosePair): Cameras {
  const [camera0, camera1] = [K0, K1].map((K) => ({
    focalPx: (K[0]![0]! + K[1]![1]!) / 2,
    principalPoint: [K[0]![2]!, K[1]![2]!] as const,
    focalSource: 'given' as const,
  }));
  return [camera0!, camera1!];
}
