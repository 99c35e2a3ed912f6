/** The homography that matches agree on, and how much speaks for it. */
import { type Alignment, alignPhotos } from '../augment/alignPhotos.ts';
import type { PhotoMatches } from '../augment/mergeMatches.ts';
import { createHomographyEstimator } from '../estimators/homography/createHomographyEstimator.ts';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import type { Points } from '../geometry/coordinates.ts';
import { DEFAULT_MINIMUM_CONFIDENCE } from './defaultSettings.ts';
import type { ViewMatches } from './matchView.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { countConfident } from './selectMatches.ts';

/** Within how many input pixels matches agree with a homography. */
export const EXACTLY = 3;

/** The same where nothing agrees exactly, for what is left over a network finds. */
export const ROUGHLY = 8;

/**
 * Decimal logarithm of how many homographies with as much support chance is expected to give: an alignment by chance costs a
 * look, one that is missed costs the pair, so that less is asked than of a geometry that is reported.
 */
const mostFalseAlarms = -2;

const estimateHomography = createHomographyEstimator(null, mostFalseAlarms);

export interface Agreement {
  readonly homography: readonly number[];
  /** A point of photo 0 that is in front of both cameras, in pixels. */
  readonly front: readonly [x: number, y: number];
  /**
   * Squares of the confidence of the matches that agree, added up: their number says less, for what a dense matcher makes up
   * varies smoothly, so that many of its doubtful matches agree with any homography.
   */
  readonly weight: number;
  /** Of the confidence of all matches, what those that agree have of it. */
  readonly share: number;
}

/**
 * @param matches by falling confidence
 * @param toleranceInputPx of photo 1 as the view shows it
 */
export function agree(
  { keypoints0, keypoints1, confidence }: PhotoMatches,
  { photoPxPerInputPx }: Pick<ViewMatches, 'photoPxPerInputPx'>,
  toleranceInputPx: number,
): Agreement | null {
  const confident = countConfident(confidence, DEFAULT_MINIMUM_CONFIDENCE);
  const [points0, points1]: readonly Points<'photo'>[] = [
    keypoints0.subarray(0, 2 * confident),
    keypoints1.subarray(0, 2 * confident),
  ];
  const thresholdPx = toleranceInputPx * photoPxPerInputPx[1];
  const settings = { ...defaultEstimationSettings('homography'), thresholdPx };
  const estimation = estimateHomography(points0!, points1!, settings);
  if (!estimation.ok) return null;
  const { matrix: homography, inliers } = estimation;
  let [weight, agreeing, all] = [0, 0, 0];
  for (let k = 0; k < confident; k++) {
    all += confidence[k]!;
    if (inliers[k] === 0) continue;
    agreeing += confidence[k]!;
    weight += confidence[k]! ** 2;
  }
  const first = inliers.indexOf(1);
  return {
    homography,
    front: [keypoints0[2 * first]!, keypoints0[2 * first + 1]!],
    weight,
    share: agreeing / all,
  };
}

/** @throws CovisError `aligned-region-too-small` */
export function alignBy(
  { homography, front }: Agreement,
  photos: readonly [PairPhoto, PairPhoto],
): Alignment {
  return alignPhotos(homography, front, photos);
}

/** The first of two that weigh as much. */
export function heavier(first: Agreement | null, second: Agreement | null): Agreement | null {
  return (second?.weight ?? 0) > (first?.weight ?? 0) ? second : first;
}
