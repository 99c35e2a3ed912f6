/**
 * The homography that the photos of a pair are laid on one another by: of what the views before found, or of small looks
 * at other turns and sizes of the photos, for a network knows its own scale and what is up.
 */
import { type Alignment, alignPhotos, rollPhoto } from '../augment/alignPhotos.ts';
import { allTurns, type QuarterTurns, upright } from '../augment/framing.ts';
import { mergeMatches, type PhotoMatches } from '../augment/mergeMatches.ts';
import { plainPlan, type ViewPlan } from '../augment/views.ts';
import { createHomographyEstimator } from '../estimators/homography/createHomographyEstimator.ts';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import type { Points } from '../geometry/coordinates.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { leastLongEdge } from '../preprocess/fitInput.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { ProgressPlan } from '../reporting/progress.ts';
import { DEFAULT_MINIMUM_CONFIDENCE } from './defaultSettings.ts';
import type { ViewMatches } from './matchView.ts';
import type { MatchSettings } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { countConfident } from './selectMatches.ts';
import { warpPhoto } from './warpPhoto.ts';

export interface ViewsBefore {
  readonly matcher: Pick<Matcher, 'requirements'>;
  readonly settings: Pick<MatchSettings, 'longEdge'>;
  readonly photos: readonly [PairPhoto, PairPhoto];
  /** What they found; those that failed are left out. */
  readonly before: readonly ViewMatches[];
}

/** Matches two photos and reports to `progress`. */
export type ShowPhotos = (
  photos: readonly [PairPhoto, PairPhoto],
  plan: ViewPlan,
  progress: ProgressPlan,
) => Promise<ViewMatches>;

/** Within how many input pixels matches agree with a homography. */
const EXACTLY = 3;

/** The same where nothing agrees exactly, for what is left over a network finds. */
const ROUGHLY = 8;

interface Look {
  /** Of both photos, as a multiple of the setting's long edge. */
  readonly size: number;
  readonly scales: readonly [number, number];
  /** The second photo is turned by an eighth more, which takes drawing it: quarters move whole pixels. */
  readonly byEighth?: boolean;
  /** Of the second photo, one look each. */
  readonly turns: readonly QuarterTurns[];
}

/**
 * Tried in this order until one brings matches that agree; of one step the look whose agreement weighs most. Of 24 pairs of photos
 * that share nothing a third to a half are aligned so, and their matches still agree with no geometry.
 */
const searchSteps: readonly (readonly Look[])[] = [
  [
    { size: 1 / 2, scales: [1, 1], turns: allTurns },
    { size: 1 / 2, scales: [1, 1], byEighth: true, turns: allTurns },
    { size: 1 / 2, scales: [1, 1 / 3], turns: allTurns },
    { size: 1 / 2, scales: [1 / 3, 1], turns: allTurns },
  ],
  [
    { size: 1, scales: [1, 1 / 2], turns: [0] },
    { size: 1, scales: [1 / 2, 1], turns: [0] },
  ],
];

/**
 * Of the confidence of all matches, what those that agree have at least, not to be doubted. Of a hundred drawn and real pairs those of
 * the compact LoFTR are right from 0.17 up and those of the compact DKM from 0.11 up, and half of them below.
 */
const STRONG_SHARE = 0.1;

interface Agreement {
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

export interface FoundAlignment {
  readonly alignment: Alignment;
  /** By small looks at other turns and sizes, or by matches that agree roughly. */
  readonly isRough: boolean;
  /** What is left for what is done with it. */
  readonly last: ProgressPlan;
}

/** @throws CovisError `no-alignment` or `aligned-region-too-small`, or as `show` */
export async function findAlignment(
  pair: ViewsBefore,
  signal: AbortSignal,
  progress: ProgressPlan,
  show: ShowPhotos,
): Promise<FoundAlignment> {
  const { photos, before } = pair;
  const [first] = before;
  if (!first) throw noAlignment();
  const merged = mergeMatches(before, [1, 1]);
  const width = first.photoPxPerInputPx[1];
  const known = agree(merged, EXACTLY * width);
  if (known && known.share >= STRONG_SHARE) {
    return { alignment: alignBy(known, photos), isRough: false, last: progress };
  }
  const [search, last] = progress.divide('decode', [
    { name: 'search', weight: 1, as: 'search' },
    { name: 'match', weight: 1 },
  ]) as [ProgressPlan, ProgressPlan];
  const searched = await searchAgreement(pair, signal, search, show);
  const best = weightier(known, searched) ?? agree(merged, ROUGHLY * width);
  return { alignment: alignBy(best, photos), isRough: true, last };
}

/**
 * By the matches of an aligned view.
 *
 * @throws CovisError `no-alignment` or `aligned-region-too-small`
 */
export function improveAlignment(found: ViewMatches, photos: ViewsBefore['photos']): Alignment {
  return alignBy(agree(found, EXACTLY * found.photoPxPerInputPx[1]), photos);
}

function alignBy(agreement: Agreement | null, photos: ViewsBefore['photos']): Alignment {
  if (!agreement) throw noAlignment();
  return alignPhotos(agreement.homography, agreement.front, photos);
}

/** The first of two that weigh as much. */
function weightier(first: Agreement | null, second: Agreement | null): Agreement | null {
  return (second?.weight ?? 0) > (first?.weight ?? 0) ? second : first;
}

function noAlignment(): CovisError {
  return new CovisError(
    'matching',
    'no-alignment',
    'No homography was found by which the photos could be laid on one another: leave this view out.',
  );
}

function agree({ keypoints0, keypoints1, confidence }: PhotoMatches, thresholdPx: number): Agreement | null {
  const confident = countConfident(confidence, DEFAULT_MINIMUM_CONFIDENCE);
  const [points0, points1]: readonly Points<'photo'>[] = [
    keypoints0.subarray(0, 2 * confident),
    keypoints1.subarray(0, 2 * confident),
  ];
  const settings = { ...defaultEstimationSettings('homography'), thresholdPx };
  const estimation = createHomographyEstimator(null)(points0!, points1!, settings);
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

async function searchAgreement(
  pair: ViewsBefore,
  signal: AbortSignal,
  progress: ProgressPlan,
  show: ShowPhotos,
): Promise<Agreement | null> {
  // Those whose inputs have one size follow one another, for each size has graphs and sessions of its own.
  const steps = searchSteps.map((looks) =>
    looks
      .flatMap(({ turns, ...look }) => turns.map((turn) => ({ ...look, turn })))
      .toSorted((a, b) => placeBySize(a) - placeBySize(b)),
  );
  const parts = progress.divide(
    'decode',
    steps.flat().map(({ size }) => ({ name: 'look', weight: size ** 2 })),
  );
  let best: Agreement | null = null;
  let index = 0;
  for (const looks of steps) {
    for (const look of looks) {
      const found = await lookAt(pair, look, signal, parts[index++]!, show);
      best = weightier(best, agree(found, EXACTLY * found.photoPxPerInputPx[1]));
    }
    if (best) return best;
  }
  return null;
}

function placeBySize({
  byEighth,
  turn,
}: {
  readonly byEighth?: boolean;
  readonly turn: QuarterTurns;
}): number {
  return byEighth ? 1 : 2 * (turn % 2);
}

async function lookAt(
  { photos, matcher, settings }: ViewsBefore,
  { size, scales, byEighth, turn }: Omit<Look, 'turns'> & { readonly turn: QuarterTurns },
  signal: AbortSignal,
  progress: ProgressPlan,
  show: ShowPhotos,
): Promise<ViewMatches> {
  const { multipleOf } = matcher.requirements;
  const least = Math.max(...photos.map((photo) => leastLongEdge(photo, multipleOf)));
  const longEdge = Math.max(least, Math.round(size * settings.longEdge));
  // Thinning samples out takes a time that grows with their square, soon more than the network's.
  const plan = { ...plainPlan(longEdge), scales, sampleShare: size };
  const [photo0, photo1] = photos;
  if (!byEighth) {
    return show(photos, { ...plan, framings: [upright, { ...upright, quarterTurns: turn }] }, progress);
  }
  const warped = await warpPhoto(rollPhoto(photo1, 45 + 90 * turn), photo1, longEdge, signal);
  return warped.inPhoto1(await show([photo0, warped.photo], plan, progress));
}
