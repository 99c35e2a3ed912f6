/**
 * What the photos of a pair may be laid on one another by: what the views before agree on, or small looks at other turns
 * and sizes of the photos, for a network knows its own scale and what is up.
 */
import { rollPhoto } from '../augment/alignPhotos.ts';
import { allTurns, type QuarterTurns, upright } from '../augment/framing.ts';
import { mergeMatches } from '../augment/mergeMatches.ts';
import { plainPlan, type ViewPlan } from '../augment/views.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { leastLongEdge } from '../preprocess/fitInput.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { ProgressPlan } from '../reporting/progress.ts';
import { type Agreement, agree, EXACTLY, ROUGHLY } from './agreement.ts';
import type { ViewMatches } from './matchView.ts';
import type { MatchSettings } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';
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
 * Tried in this order until one brings matches that agree; of one step the looks whose agreement weighs most. Of 24 pairs of photos
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

/** Of the weight of the likeliest agreement: what weighs less is no rival to it. */
const RIVAL_SHARE = 1 / 3;
const MOST_RIVALS = 3;

export interface FoundAgreements {
  /** The likeliest first, and at least one. */
  readonly agreements: readonly Agreement[];
  /** Of small looks at other turns and sizes, or of few matches, or of such that agree roughly. */
  readonly isRough: boolean;
  /** What is left for what is done with it. */
  readonly last: ProgressPlan;
}

/** @throws CovisError `no-alignment`, or as `show` */
export async function findAgreements(
  pair: ViewsBefore,
  signal: AbortSignal,
  progress: ProgressPlan,
  show: ShowPhotos,
): Promise<FoundAgreements> {
  const { before } = pair;
  const [first] = before;
  if (!first) throw noAlignment();
  const merged = mergeMatches(before, [1, 1]);
  const known = agree(merged, first, EXACTLY);
  if (known && known.share >= STRONG_SHARE) return { agreements: [known], isRough: false, last: progress };
  const [search, last] = progress.divide('decode', [
    { name: 'search', weight: 1, as: 'search' },
    { name: 'match', weight: 1 },
  ]) as [ProgressPlan, ProgressPlan];
  const searched = await searchAgreements(pair, signal, search, show);
  const agreements = [...(known ? [known] : []), ...searched].toSorted((a, b) => b.weight - a.weight);
  const [likeliest] = agreements;
  if (likeliest) {
    const rivals = agreements.filter(({ weight }) => weight >= RIVAL_SHARE * likeliest.weight);
    return { agreements: rivals.slice(0, MOST_RIVALS), isRough: true, last };
  }
  const rough = agree(merged, first, ROUGHLY);
  if (!rough) throw noAlignment();
  return { agreements: [rough], isRough: true, last };
}

function noAlignment(): CovisError {
  return new CovisError(
    'matching',
    'no-alignment',
    'No homography was found by which the photos could be laid on one another: leave this view out.',
  );
}

async function searchAgreements(
  pair: ViewsBefore,
  signal: AbortSignal,
  progress: ProgressPlan,
  show: ShowPhotos,
): Promise<readonly Agreement[]> {
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
  let index = 0;
  for (const looks of steps) {
    const agreements: Agreement[] = [];
    for (const look of looks) {
      const found = await lookAt(pair, look, signal, parts[index++]!, show);
      const agreement = agree(found, found, EXACTLY);
      if (agreement) agreements.push(agreement);
    }
    if (agreements.length > 0) return agreements;
  }
  return [];
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
