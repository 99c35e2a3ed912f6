/**
 * One result type for all geometric models: a union of success and reason. Never a silent identity.
 */
import type { Points } from '../geometry/coordinates.ts';

export type GeometricModel = 'homography' | 'fundamental' | 'essential';

export interface EstimationSettings {
  readonly model: GeometricModel;
  /** Registry id of the robust method, such as `usac-magsac`. */
  readonly method: string;
  /** Largest error of an inlier in pixels of photo 1 (homography: reprojection). */
  readonly thresholdPx: number;
  /** Wanted probability of having seen one all-inlier sample, below 1. */
  readonly confidence: number;
  readonly maxIterations: number;
  readonly seed: number;
}

export interface EstimationSuccess {
  readonly ok: true;
  readonly settings: EstimationSettings;
  /** 3x3, row-major; a homography maps photo 0 to photo 1 and has its last entry 1. */
  readonly matrix: readonly number[];
  /** One byte a match: 1 = inlier. */
  readonly inliers: Uint8Array;
  readonly inlierCount: number;
  /** One error a match in pixels of photo 1; infinite where the model maps a point to infinity. */
  readonly residualsPx: Float32Array;
}

export interface EstimationFailure {
  readonly ok: false;
  readonly settings: EstimationSettings;
  readonly reason: 'too-few-matches' | 'degenerate' | 'no-model';
  /** One sentence for a person: why there is no geometry, what to do. */
  readonly message: string;
}

export type Estimation = EstimationSuccess | EstimationFailure;

/**
 * @param keypoints0 photo pixels, N points
 * @param keypoints1 photo pixels, N points
 */
export type Estimator = (
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  settings: EstimationSettings,
) => Estimation;
