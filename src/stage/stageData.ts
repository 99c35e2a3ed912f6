/** What the stage draws: two photos, their matches and the geometry between them. */
import type { Points } from '../geometry/coordinates.ts';
import type { Matrix3 } from '../geometry/matrix3.ts';
import type { MatchSettings } from '../pipeline/pairMatches.ts';

export interface StagePhoto {
  readonly name: string;
  /** Size of the photo in pixels; `image` may be smaller, with the same aspect. */
  readonly width: number;
  readonly height: number;
  readonly image: ImageBitmap;
}

/** N matches in photo pixels, ordered by falling confidence. */
export interface StageMatches {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  readonly confidence: Float32Array;
  /** Index into `settings.views` of the view that was surest of it, one a match. */
  readonly view: Uint8Array;
  /** How many views found it, one a match. */
  readonly support: Uint8Array;
  readonly settings: Pick<MatchSettings, 'views'>;
}

/** Where the match of a point lies, whichever photo the point is in. */
export type Relation =
  | HomographyRelation
  /** On a line: x1^T F x0 = 0 in photo pixels. */
  | { readonly kind: 'epipolar'; readonly fundamental: Matrix3 };

/** At one place; the matrix maps photo 0 to photo 1, with positive depth in front of the cameras. */
export interface HomographyRelation {
  readonly kind: 'homography';
  readonly matrix: Matrix3;
}

/** The geometry of the pair, and how the matches agree with it. */
export interface StageGeometry {
  readonly relation: Relation;
  /** One byte a match, 1 = inlier. */
  readonly inliers: Uint8Array;
  /** One a match; not a number where a match was not estimated from. */
  readonly residualsPx: Float32Array;
  readonly thresholdPx: number;
}
