/** Runs a view by its id: those that first look for what to show do so here. */
import { findSharedRegion } from '../augment/findSharedRegion.ts';
import { type Box, type QuarterTurns, upright } from '../augment/framing.ts';
import { mergeMatches } from '../augment/mergeMatches.ts';
import { planView, TURN_LOOK_SCALE, type ViewId, type ViewPlan } from '../augment/views.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { comparableLongEdge, fitInput } from '../preprocess/fitInput.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type MatchViewContext, matchView, type ViewMatches } from './matchView.ts';
import type { MatchSettings } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';

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

/** Crops that show less than this much more of both photos show nothing new. */
const LEAST_GAIN = 1.3;

/**
 * @throws CovisError of the stage that failed; of the stage `matching` where a view finds nothing to show:
 *   `upright-is-best`, `no-shared-region`, `shared-region-too-small` or `shared-region-seen-already`; the signal's
 *   abort reason between steps
 */
export async function runView(
  view: ViewId,
  pair: PairAtHand,
  context: MatchViewContext,
): Promise<ViewMatches> {
  const plan = planView(view, pair.settings.longEdge);
  if (plan === 'best-turn') return matchBestTurn(pair, context);
  return show(plan === 'shared-region' ? planSharedRegion(pair) : plan, pair, context);
}

function show(plan: ViewPlan, pair: PairAtHand, context: MatchViewContext): Promise<ViewMatches> {
  return matchView(pair.photos, plan, pair.matcher, pair.settings, context);
}

const allTurns: readonly QuarterTurns[] = [0, 1, 2, 3];

async function matchBestTurn(pair: PairAtHand, context: MatchViewContext): Promise<ViewMatches> {
  const { settings, matcher } = pair;
  const turned = (quarterTurns: QuarterTurns, longEdge: number): ViewPlan => ({
    framings: [upright, { ...upright, quarterTurns }],
    longEdge,
    swapped: false,
  });
  const parts = context.progress.divide('decode', [
    ...allTurns.map((turn) => ({ name: `look ${turn}`, weight: TURN_LOOK_SCALE ** 2 })),
    { name: 'match', weight: 1 },
  ]);
  const smallEdge = Math.max(
    matcher.requirements.multipleOf,
    Math.round(TURN_LOOK_SCALE * settings.longEdge),
  );
  let best: { readonly turn: QuarterTurns; readonly score: number } = { turn: 0, score: -1 };
  for (const turn of allTurns) {
    const { confidence } = await show(turned(turn, smallEdge), pair, {
      ...context,
      progress: parts[turn]!,
    });
    const score = confidence.reduce((sum, value) => sum + value, 0);
    if (score > best.score) best = { turn, score };
  }
  if (best.turn === 0 && settings.views.includes('original')) {
    throw new CovisError(
      'matching',
      'upright-is-best',
      'No turn of the second photo finds more than it finds upright.',
    );
  }
  return show(turned(best.turn, settings.longEdge), pair, { ...context, progress: parts.at(-1)! });
}

function planSharedRegion({ photos, matcher, before }: PairAtHand): ViewPlan {
  const first = before[0]!;
  const [width0, width1] = first.photoPxPerInputPx;
  const radiiPx = [NEIGHBOUR_RADIUS * width0, NEIGHBOUR_RADIUS * width1] as const;
  const boxes = findSharedRegion(mergeMatches(before, [1, 1]), photos, radiiPx);
  const { multipleOf } = matcher.requirements;
  const longEdge = regionLongEdge(boxes, matcher, first);
  const reached = comparableLongEdge(boxes, longEdge, multipleOf);
  const gains = boxes.map((box, side) => {
    const finest = Math.min(...before.map(({ photoPxPerInputPx }) => photoPxPerInputPx[side]!));
    return finest * fitInput(box, reached, multipleOf).scale;
  });
  if (Math.max(...gains) < LEAST_GAIN) {
    throw new CovisError(
      'matching',
      'shared-region-seen-already',
      'The views before saw what the photos share as closely, so that another look shows nothing new.',
    );
  }
  const framing = (box: Box) => ({ ...upright, box });
  return { framings: [framing(boxes[0]), framing(boxes[1])], longEdge, swapped: false };
}

/** In input pixels, so that neither crop has more pixels than it may; small ones are enlarged less far anyway. */
function regionLongEdge(boxes: readonly [Box, Box], { requirements }: Matcher, first: ViewMatches): number {
  // Networks with a second, finer pass look more closely as it is.
  const factor = requirements.sharedCanvas?.fineScale ? 1 : REGION_PIXELS;
  const pixels = factor * Math.max(...first.inputSize.map(([width, height]) => width * height));
  const elongation = Math.min(
    ...boxes.map(({ width, height }) => Math.max(width, height) / Math.min(width, height)),
  );
  return Math.round(Math.sqrt(pixels * elongation));
}
