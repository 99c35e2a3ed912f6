/** The second photo as an alignment shows it: a photo of its own, and the way of its matches back. */
import type { Alignment } from '../augment/alignPhotos.ts';
import { type AlignedPicture, drawAligned } from '../augment/drawAligned.ts';
import { upright } from '../augment/framing.ts';
import { invertAffine, liesWithin, pickPoints } from '../geometry/coordinates.ts';
import { applyHomography } from '../geometry/homography.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import type { ViewMatches } from './matchView.ts';
import { createPairPhoto, type PairPhoto } from './pairPhoto.ts';

/** Photo 1 is read this much finer than the warped picture is drawn. */
const FINER = 2;

const bytes: InputRequirements = {
  colour: 'rgb',
  multipleOf: 1,
  mean: [0, 0, 0],
  deviation: [1 / 255, 1 / 255, 1 / 255],
};

export interface WarpedPhoto {
  readonly photo: PairPhoto;
  /** Matches with the warped photo as matches with photo 1, without those that lie beyond its edge. */
  readonly inPhoto1: (found: ViewMatches) => ViewMatches;
}

/**
 * @param longEdge that the warped photo has at most, in pixels; it is never finer than what it is warped onto
 */
export async function warpPhoto(
  alignment: Alignment,
  photo1: PairPhoto,
  longEdge: number,
  signal: AbortSignal,
): Promise<WarpedPhoto> {
  const picture = await drawPicture(alignment, photo1, longEdge, signal);
  const photo = createPairPhoto({ ...picture, close() {} }, null);
  return { photo, inPhoto1: (found) => inPhoto1(found, picture, photo1) };
}

async function drawPicture(
  alignment: Alignment,
  photo1: PairPhoto,
  longEdge: number,
  signal: AbortSignal,
): Promise<AlignedPicture> {
  const [box0, box1] = alignment.boxes;
  const scale = Math.min(1, longEdge / Math.max(box0.width, box0.height));
  const long = Math.max(box1.width, box1.height);
  const { picture, content, inputToPhoto } = await photo1.prepare(
    bytes,
    { longEdge: Math.min(long, FINER * longEdge) },
    signal,
    undefined,
    { ...upright, box: box1 },
  );
  return drawAligned(alignment, scale, {
    ...picture,
    content,
    photoToSource: invertAffine(inputToPhoto),
  });
}

function inPhoto1(
  found: ViewMatches,
  { toPhoto1, photo1PxPerPx }: AlignedPicture,
  photo1: PairPhoto,
): ViewMatches {
  const keypoints1 = applyHomography<'photo', 'photo'>(toPhoto1, found.keypoints1);
  const inside = Array.from(found.confidence.keys()).filter((k) => liesWithin(keypoints1, k, photo1));
  const [width0, width1] = found.photoPxPerInputPx;
  return {
    ...found,
    keypoints0: pickPoints(found.keypoints0, inside),
    keypoints1: pickPoints(keypoints1, inside),
    confidence: Float32Array.from(inside, (k) => found.confidence[k]!),
    photoPxPerInputPx: [width0, width1 * photo1PxPerPx],
    dense: found.dense && { ...found.dense, toPhoto1 },
  };
}
