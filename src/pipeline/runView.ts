/** Runs a view by its id: those that first look for what to show do so here. */
import { cropAlignment } from '../augment/alignPhotos.ts';
import { findSharedRegion } from '../augment/findSharedRegion.ts';
import { allTurns, type Box, type QuarterTurns, turnedBy, upright } from '../augment/framing.ts';
import { mergeMatches } from '../augment/mergeMatches.ts';
import {
  hasOwnTurn,
  plainPlan,
  planView,
  TURN_LOOK_SCALE,
  type ViewId,
  type ViewPlan,
} from '../augment/views.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { comparableLongEdge, type Extent, fitInput } from '../preprocess/fitInput.ts';
import { CovisError } from '../reporting/covisError.ts';
import { adviseSize } from './adviseSize.ts';
import type { ShowPhotos } from './findAgreements.ts';
import { alignedPlan, matchAligned, showAligned } from './matchAligned.ts';
import { type MatchViewContext, matchView, totalConfidence, type ViewMatches } from './matchView.ts';
import type { MatchSettings } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { regionLongEdge } from './regionLongEdge.ts';

/** What a view has to do with. */
export interface PairAtHand {
  readonly photos: readonly [PairPhoto, PairPhoto];
  readonly matcher: Matcher;
  readonly settings: MatchSettings;
  /** What the views before found; those that failed are left out. */
  readonly before: readonly ViewMatches[];
}

/** Of matches that keep each other company, in pixels of the first view's inputs: three cells of LoFTR. */
const NEIGHBOUR_RADIUS = 26;

/**
 * Pixels of the crops' inputs as a multiple of the first view's: at the same number a crop that is most of a photo
 * shows little more, and beyond memory and time grow faster than matches.
 */
const REGION_PIXELS = 3;

/** Looks that are closer by less than this, in both photos, show nothing new. */
const LEAST_GAIN = 1.3;

/**
 * @throws CovisError of the stage that failed; of the stage `matching` where a view finds nothing to show:
 *   `upright-is-best`, `photos-seen-already`, `no-alignment`, `aligned-region-too-small`, `no-shared-region`, `shared-region-too-small` or
 *   `shared-region-seen-already`; the signal's abort reason between steps
 */
export async function runView(
  view: ViewId,
  pair: PairAtHand,
  context: MatchViewContext,
): Promise<ViewMatches> {
  const plan = planView(view, pair.settings.longEdge);
  const showPhotos: ShowPhotos = (photos, shown, progress) =>
    show(view, shown, { ...pair, photos }, { ...context, progress });
  if (plan === 'best-turn') return matchBestTurn(pair, context);
  if (plan === 'aligned') return matchAligned(pair, context, showPhotos);
  const alignment = pair.before.find((found) => found.alignment)?.alignment;
  if (plan === 'shared-region') {
    const { boxes, longEdge } = seekSharedRegion(pair);
    const region = plainPlan(longEdge);
    if (alignment) {
      const cropped = cropAlignment(alignment, boxes[0], pair.photos[1]);
      return showAligned(cropped, region, pair, context, showPhotos);
    }
    const framings = [
      { ...upright, box: boxes[0] },
      { ...upright, box: boxes[1] },
    ] as const;
    return show(view, asTurnedBefore({ ...region, framings }, pair.before), pair, context);
  }
  refuseInVain(plan, pair);
  if (hasOwnTurn(view)) return show(view, plan, pair, context);
  if (!alignment) return show(view, asTurnedBefore(plan, pair.before), pair, context);
  return showAligned(alignment, alignedPlan(alignment, plan, pair), pair, context, showPhotos);
}

/** With the second photo turned as in the view that was surest of its matches. */
function asTurnedBefore(plan: ViewPlan, before: readonly ViewMatches[]): ViewPlan {
  const [surest] = before.toSorted((a, b) => totalConfidence(b) - totalConfidence(a));
  if (!surest) return plan;
  const [framing0, framing1] = plan.framings;
  return { ...plan, framings: [framing0, turnedBy(framing1, surest.turn)] };
}

/** A larger size than the setting's is of no use for photos that are too small to be shown any closer. */
function refuseInVain({ longEdge }: ViewPlan, pair: PairAtHand): void {
  const wanted = longEdge / pair.settings.longEdge;
  if (wanted <= 1 || pair.before.length === 0) return;
  // A step that is small because it was asked to be is taken, but for roundings.
  if (gainOf(pair.photos, longEdge, pair) >= Math.min(LEAST_GAIN, 0.99 * wanted)) return;
  throw new CovisError(
    'matching',
    'photos-seen-already',
    'The photos are too small to be shown any closer, so that another look shows nothing new.',
  );
}

/** How many times as closely as the views before parts of both photos would be seen, in the one that gains more. */
function gainOf(
  shown: readonly [Extent, Extent],
  longEdge: number,
  { matcher, before }: Pick<PairAtHand, 'matcher' | 'before'>,
): number {
  const { multipleOf } = matcher.requirements;
  const reached = comparableLongEdge(shown, longEdge, multipleOf);
  const gains = shown.map((extent, side) => {
    const finest = Math.min(...before.map(({ photoPxPerInputPx }) => photoPxPerInputPx[side]!));
    return finest * fitInput(extent, reached, multipleOf).scale;
  });
  return Math.max(...gains);
}

function show(
  view: ViewId,
  plan: ViewPlan,
  pair: PairAtHand,
  context: MatchViewContext,
): Promise<ViewMatches> {
  return matchView(pair.photos, plan, pair.matcher, pair.settings, context, (fitting) =>
    adviseSize({ ...pair, view, plan }, fitting),
  );
}

async function matchBestTurn(pair: PairAtHand, context: MatchViewContext): Promise<ViewMatches> {
  const { settings, matcher } = pair;
  const turned = (quarterTurns: QuarterTurns, longEdge: number): ViewPlan => ({
    ...plainPlan(longEdge),
    sampleShare: longEdge / settings.longEdge,
    framings: [upright, { ...upright, quarterTurns }],
  });
  const parts = context.progress.divide('decode', [
    ...allTurns.map((turn) => ({
      name: `look ${turn}`,
      weight: TURN_LOOK_SCALE ** 2,
      as: 'search' as const,
    })),
    { name: 'match', weight: 1 },
  ]);
  const smallEdge = Math.max(
    matcher.requirements.multipleOf,
    Math.round(TURN_LOOK_SCALE * settings.longEdge),
  );
  let best: { readonly turn: QuarterTurns; readonly score: number } = { turn: 0, score: -1 };
  for (const turn of allTurns) {
    const look = await show('turn-automatic', turned(turn, smallEdge), pair, {
      ...context,
      progress: parts[turn]!,
    });
    const score = totalConfidence(look);
    if (score > best.score) best = { turn, score };
  }
  if (best.turn === 0 && settings.views.includes('original')) {
    throw new CovisError(
      'matching',
      'upright-is-best',
      'No turn of the second photo finds more than it finds upright.',
    );
  }
  return show('turn-automatic', turned(best.turn, settings.longEdge), pair, {
    ...context,
    progress: parts.at(-1)!,
  });
}

interface SharedRegion {
  /** Of either photo. */
  readonly boxes: readonly [Box, Box];
  /** To show them at, in input pixels. */
  readonly longEdge: number;
}

function seekSharedRegion({ photos, matcher, before }: PairAtHand): SharedRegion {
  const [first] = before;
  if (!first) {
    throw new CovisError(
      'matching',
      'no-shared-region',
      'The views before failed, so that no shared region is known to look at again.',
    );
  }
  const [width0, width1] = first.photoPxPerInputPx;
  const radiiPx = [NEIGHBOUR_RADIUS * width0, NEIGHBOUR_RADIUS * width1] as const;
  const boxes = findSharedRegion(mergeMatches(before, [1, 1]), photos, radiiPx);
  // Dense networks regress over the whole picture, in a time that grows with the cube of its cells.
  const pixels = matcher.requirements.sharedCanvas ? 1 : REGION_PIXELS;
  const longEdge = regionLongEdge(boxes, pixels, first);
  if (gainOf(boxes, longEdge, { matcher, before }) < LEAST_GAIN) {
    throw new CovisError(
      'matching',
      'shared-region-seen-already',
      'The views before saw what the photos share as closely, so that another look shows nothing new.',
    );
  }
  return { boxes, longEdge };
}
