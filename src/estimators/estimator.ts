/**
 * One result type for all geometric models: a union of success and reason. Never a silent identity.
 */
import type { Agreement } from '../geometry/agreement.ts';
import type { Points } from '../geometry/coordinates.ts';
import type { PinholeCamera } from '../geometry/pinholeCamera.ts';
import type { PoseOfMatches } from '../geometry/relativePose.ts';

export type GeometricModel = 'homography' | 'fundamental' | 'essential';

/** What can be asked for: a model, or the choice between homography and fundamental matrix. */
export type RequestedModel = GeometricModel | 'automatic';

export type Cameras = readonly [PinholeCamera, PinholeCamera];

export interface EstimationSettings {
  readonly model: RequestedModel;
  /** Registry id of the robust method, such as `magsac-prosac`. */
  readonly method: string;
  /** Largest residual of an inlier in pixels; the estimations below say what it measures. */
  readonly thresholdPx: number;
  /** Wanted probability of having seen one all-inlier sample, below 1. */
  readonly confidence: number;
  readonly maxIterations: number;
  readonly seed: number;
  /** Of photo 0 and photo 1; the essential matrix needs them, the other models pay no attention. */
  readonly cameras?: Cameras;
}

interface FoundGeometry extends Agreement {
  readonly ok: true;
  /** As asked for: their model may be `automatic`. */
  readonly settings: EstimationSettings;
  /** 3x3, row-major. */
  readonly matrix: readonly number[];
  /** Why this model, where the choice was automatic: one sentence for a person. */
  readonly choiceReason?: string;
}

/** The matrix maps photo 0 to photo 1; its last entry is 1. Residuals: reprojection in pixels of photo 1. */
export interface HomographyEstimation extends FoundGeometry {
  readonly model: 'homography';
}

/** x1^T F x0 = 0 in photo pixels, Frobenius norm 1. Residuals: Sampson distance in photo pixels. */
export interface FundamentalEstimation extends FoundGeometry {
  readonly model: 'fundamental';
}

/**
 * The matrix is E = [t]x R, between directions (x - principal point) / focal length, singular values 1, 1 and 0;
 * `fundamentalOf` turns it into F. Residuals: Sampson distance in photo pixels, as of that F.
 */
export interface EssentialEstimation extends FoundGeometry {
  readonly model: 'essential';
  /** Those of the settings. */
  readonly cameras: Cameras;
  readonly pose: PoseOfMatches;
  /**
   * One plane explains all that agrees: two poses fit it (Maybank 1993), and this one may be the other. Null where a
   * match file does not say.
   */
  readonly restsOnPlane: boolean | null;
}

export type EstimationSuccess = HomographyEstimation | FundamentalEstimation | EssentialEstimation;

export type FailureReason =
  /** Fewer than a minimal sample. */
  | 'too-few-matches'
  /** The matches are there, but repeat a few places or lie on a line. */
  | 'degenerate'
  /** One plane, or a turn of the camera, explains all that agrees: the fundamental matrix stays open. */
  | 'planar-scene'
  /** The camera turned in place: no baseline, so no direction of it. */
  | 'pure-rotation'
  /** No more agreement than chance gives. */
  | 'no-model';

export interface EstimationFailure {
  readonly ok: false;
  readonly settings: EstimationSettings;
  readonly reason: FailureReason;
  /** One sentence for a person: why there is no geometry, what to do. */
  readonly message: string;
  /** A model that these matches do determine. */
  readonly insteadModel?: GeometricModel;
}

export type Estimation = EstimationSuccess | EstimationFailure;

/**
 * @param keypoints0 photo pixels, N points
 * @param keypoints1 photo pixels, N points
 * @param confidence of each match, N numbers from 0 to 1; without, all count alike. Which geometry is found does not
 *   depend on it, only what each match counts in its last fit; OpenCV's methods do without.
 */
export type Estimator = (
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  settings: EstimationSettings,
  confidence?: Float32Array,
) => Estimation;
