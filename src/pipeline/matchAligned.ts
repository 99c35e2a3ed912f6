/** The view that shows the second photo as the first shows the same plane. */
import { type Alignment, alignPhotos, turnOfAlignment } from '../augment/alignPhotos.ts';
import { type AlignedPicture, drawAligned } from '../augment/drawAligned.ts';
import { type Box, upright } from '../augment/framing.ts';
import { mergeMatches, type PhotoMatches } from '../augment/mergeMatches.ts';
import type { ViewPlan } from '../augment/views.ts';
import { createHomographyEstimator } from '../estimators/homography/createHomographyEstimator.ts';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import { invertAffine, liesWithin, type Points, pickPoints } from '../geometry/coordinates.ts';
import { applyHomography } from '../geometry/homography.ts';
import type { InputRequirements, Matcher } from '../matchers/matcher.ts';
import { prepareInput } from '../preprocess/prepareInput.ts';
import { CovisError } from '../reporting/covisError.ts';
import { DEFAULT_MINIMUM_CONFIDENCE } from './defaultSettings.ts';
import type { MatchViewContext, ViewMatches } from './matchView.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { regionLongEdge } from './regionLongEdge.ts';
import { countConfident } from './selectMatches.ts';

/** Photo 1 is read this much finer than the aligned picture is drawn. */
const FINER = 2;

/** As a multiple of the first view's: aligned photos are easy enough to match at what the first look had. */
const PIXELS = 1;

/**
 * Within how many input pixels matches agree with a homography: exactly, or else roughly, for what is left over a network
 * finds. Of 32 pairs of photos that share nothing 3 are aligned so, and their matches still agree with no geometry.
 */
const AGREEMENT_INPUT_PX = [3, 8];

const bytes: InputRequirements = {
  colour: 'rgb',
  multipleOf: 1,
  mean: [0, 0, 0],
  deviation: [1 / 255, 1 / 255, 1 / 255],
};

interface ViewsBefore {
  readonly matcher: Pick<Matcher, 'requirements'>;
  readonly photos: readonly [PairPhoto, PairPhoto];
  /** What they found; those that failed are left out. */
  readonly before: readonly ViewMatches[];
}

/**
 * @param show matches two photos
 * @throws CovisError `no-alignment` or `aligned-region-too-small`, or as `show`; the signal's abort reason between steps
 */
export async function matchAligned(
  { matcher, photos, before }: ViewsBefore,
  { signal }: Pick<MatchViewContext, 'signal'>,
  show: (photos: readonly [PairPhoto, PairPhoto], plan: ViewPlan) => Promise<ViewMatches>,
): Promise<ViewMatches> {
  const alignment = findAlignment(photos, before);
  const { boxes } = alignment;
  const longEdge = regionLongEdge([boxes[0]], PIXELS, before[0]!);
  // As fine as the finest input, which then takes its pixels as they are.
  const { fineScale } = matcher.requirements.sharedCanvas ?? { fineScale: null };
  const picture = await drawPicture(alignment, photos[1], (fineScale ?? 1) * longEdge, signal);
  const found = await show([photos[0], photoOf(picture)], {
    framings: [{ ...upright, box: isAll(boxes[0], photos[0]) ? null : boxes[0] }, upright],
    longEdge,
    swapped: false,
  });
  const [width0, width1] = found.photoPxPerInputPx;
  return {
    ...inPhoto1(found, picture, photos[1]),
    turn: turnOfAlignment(alignment),
    inputSize: found.inputSize,
    photoPxPerInputPx: [width0, width1 * picture.photo1PxPerPx],
    dense: null,
  };
}

function findAlignment(photos: ViewsBefore['photos'], before: readonly ViewMatches[]): Alignment {
  const merged = mergeMatches(before, [1, 1]);
  const confident = countConfident(merged.confidence, DEFAULT_MINIMUM_CONFIDENCE);
  const keypoints0: Points<'photo'> = merged.keypoints0.subarray(0, 2 * confident);
  const keypoints1: Points<'photo'> = merged.keypoints1.subarray(0, 2 * confident);
  const estimate = createHomographyEstimator(null);
  const settings = defaultEstimationSettings('homography');
  for (const inputPx of AGREEMENT_INPUT_PX) {
    const thresholdPx = inputPx * (before[0]?.photoPxPerInputPx[1] ?? 1);
    const estimation = estimate(keypoints0, keypoints1, { ...settings, thresholdPx });
    if (!estimation.ok) continue;
    const front = estimation.inliers.indexOf(1);
    return alignPhotos(estimation.matrix, [keypoints0[2 * front]!, keypoints0[2 * front + 1]!], photos);
  }
  throw new CovisError(
    'matching',
    'no-alignment',
    'The views before found no homography by which the photos could be laid on one another: leave this view out.',
  );
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
