/** The view that shows the second photo as the first shows the same plane. */
import { type Alignment, turnOfAlignment } from '../augment/alignPhotos.ts';
import { type AlignedPicture, drawAligned } from '../augment/drawAligned.ts';
import { type Box, upright } from '../augment/framing.ts';
import type { PhotoMatches } from '../augment/mergeMatches.ts';
import { invertAffine, liesWithin, pickPoints } from '../geometry/coordinates.ts';
import { applyHomography } from '../geometry/homography.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import { prepareInput } from '../preprocess/prepareInput.ts';
import { findAlignment, type ShowPhotos, type ViewsBefore } from './findAlignment.ts';
import type { MatchViewContext, ViewMatches } from './matchView.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { regionLongEdge } from './regionLongEdge.ts';

/** Photo 1 is read this much finer than the aligned picture is drawn. */
const FINER = 2;

/** As a multiple of the first view's: aligned photos are easy enough to match at what the first look had. */
const PIXELS = 1;

const bytes: InputRequirements = {
  colour: 'rgb',
  multipleOf: 1,
  mean: [0, 0, 0],
  deviation: [1 / 255, 1 / 255, 1 / 255],
};

/**
 * @param show matches two photos
 * @throws CovisError `no-alignment` or `aligned-region-too-small`, or as `show`; the signal's abort reason between steps
 */
export async function matchAligned(
  pair: ViewsBefore,
  { signal, progress }: Pick<MatchViewContext, 'signal' | 'progress'>,
  show: ShowPhotos,
): Promise<ViewMatches> {
  const { matcher, photos, before } = pair;
  const { alignment, last } = await findAlignment(pair, progress, show);
  const { boxes } = alignment;
  const longEdge = regionLongEdge([boxes[0]], PIXELS, before[0]!);
  // As fine as the finest input, which then takes its pixels as they are.
  const { fineScale } = matcher.requirements.sharedCanvas ?? { fineScale: null };
  const picture = await drawPicture(alignment, photos[1], (fineScale ?? 1) * longEdge, signal);
  const found = await show(
    [photos[0], photoOf(picture)],
    {
      framings: [{ ...upright, box: isAll(boxes[0], photos[0]) ? null : boxes[0] }, upright],
      longEdge,
      scales: [1, 1],
      swapped: false,
    },
    last,
  );
  const [width0, width1] = found.photoPxPerInputPx;
  return {
    ...inPhoto1(found, picture, photos[1]),
    turn: turnOfAlignment(alignment),
    inputSize: found.inputSize,
    photoPxPerInputPx: [width0, width1 * picture.photo1PxPerPx],
    dense: null,
  };
}

/** @param longEdge that it has at most; it is never finer than photo 0 */
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

/** Prepared without a key, by which nothing is kept that no other run can use. */
function photoOf(picture: AlignedPicture): PairPhoto {
  return {
    width: picture.width,
    height: picture.height,
    prepare: (requirements, { longEdge, preprocessing }, signal, canvas) =>
      prepareInput(
        picture,
        requirements,
        { longEdge, ...(canvas && { canvas }), ...(preprocessing && { preprocessing }) },
        signal,
      ),
    close() {},
  };
}

function inPhoto1(found: PhotoMatches, { toPhoto1 }: AlignedPicture, photo1: PairPhoto): PhotoMatches {
  const keypoints1 = applyHomography<'photo', 'photo'>(toPhoto1, found.keypoints1);
  const inside = Array.from(found.confidence.keys()).filter((k) => liesWithin(keypoints1, k, photo1));
  return {
    keypoints0: pickPoints(found.keypoints0, inside),
    keypoints1: pickPoints(keypoints1, inside),
    confidence: Float32Array.from(inside, (k) => found.confidence[k]!),
  };
}

function isAll(box: Box, { width, height }: PairPhoto): boolean {
  return box.width === width && box.height === height;
}
