/** Views that show the second photo as the first shows the same plane. */
import type { Alignment } from '../augment/alignPhotos.ts';
import type { Box } from '../augment/framing.ts';
import { plainPlan, type ViewPlan } from '../augment/views.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { ProgressPlan } from '../reporting/progress.ts';
import { type Agreement, agree, alignBy, EXACTLY, heavier } from './agreement.ts';
import { findAgreements, type ShowPhotos, type ViewsBefore } from './findAgreements.ts';
import { type MatchViewContext, totalConfidence, type ViewMatches } from './matchView.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { regionLongEdge } from './regionLongEdge.ts';
import { warpPhoto } from './warpPhoto.ts';

/** Of the long edge that aligned photos are shown at to tell rivals apart. */
const RIVAL_SIZE = 1 / 2;

/** At aligned photos at full size, as long as each finds more. */
const MOST_LOOKS = 3;

interface Rival {
  readonly by: Agreement;
  /** What the photos agree on when laid by it. */
  readonly better: Agreement | null;
}

/**
 * @param show matches two photos
 * @throws CovisError `no-alignment` or `aligned-region-too-small`, or as `show`; the signal's abort reason between steps
 */
export async function matchAligned(
  pair: ViewsBefore,
  { signal, progress }: Pick<MatchViewContext, 'signal' | 'progress'>,
  show: ShowPhotos,
): Promise<ViewMatches> {
  const { agreements, isRough, last } = await findAgreements(pair, signal, progress, show);
  const look = (by: Agreement, size: number, part: ProgressPlan) => {
    const alignment = alignBy(by, pair.photos);
    const plan = { ...plainPlan(size * pair.settings.longEdge), sampleShare: size };
    return showAligned(alignment, alignedPlan(alignment, plan, pair), pair, { signal, progress: part }, show);
  };
  if (!isRough) return look(agreements[0]!, 1, last);

  const parts = last.divide('decode', [
    ...agreements.map(() => ({ name: 'rival', weight: RIVAL_SIZE ** 2 })),
    ...Array.from({ length: MOST_LOOKS }, () => ({ name: 'look', weight: 1 })),
  ]);
  const [first, ...others] = parts.slice(agreements.length);
  const rivals: Rival[] = [];
  for (const [k, by] of agreements.entries()) {
    const small = await unlessItFails(() => look(by, RIVAL_SIZE, parts[k]!), signal);
    if (small) rivals.push({ by, better: agree(small, small, EXACTLY) });
  }
  // Where none can be shown, the likeliest says why.
  const { by, better } = rivals.reduce(
    (a, b) => (heavier(a.better, b.better) === a.better ? a : b),
    rivals[0] ?? { by: agreements[0]!, better: null },
  );
  let best = await look(by, 1, first!);
  // Photos that hardly matched match better the better they lie.
  let ofRivals = better;
  for (const part of others) {
    const at = heavier(ofRivals, agree(best, best, EXACTLY));
    const again = at && (await unlessItFails(() => look(at, 1, part), signal));
    if (!again || totalConfidence(again) <= totalConfidence(best)) break;
    best = again;
    ofRivals = null;
  }
  return best;
}

/** @returns null where it fails for a reason that a person is told */
async function unlessItFails<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await work();
  } catch (failure) {
    signal.throwIfAborted();
    if (!(failure instanceof CovisError)) throw failure;
    return null;
  }
}

/**
 * The plan of a view for aligned photos, which show what they share at as many pixels as the view has for all: twice as many
 * find more, and the same geometry.
 */
export function alignedPlan(
  { boxes }: Alignment,
  plan: ViewPlan,
  { before, settings }: Pick<ViewsBefore, 'before' | 'settings'>,
): ViewPlan {
  const pixels = (plan.longEdge / settings.longEdge) ** 2;
  return { ...plan, longEdge: regionLongEdge([boxes[0]], pixels, before[0]!) };
}

/**
 * @param plan of what the photos share
 * @throws as `show`
 */
export async function showAligned(
  alignment: Alignment,
  plan: ViewPlan,
  { matcher, photos }: Pick<ViewsBefore, 'matcher' | 'photos'>,
  { signal, progress }: Pick<MatchViewContext, 'signal' | 'progress'>,
  show: ShowPhotos,
): Promise<ViewMatches> {
  // As fine as the finest input, which then takes its pixels as they are.
  const { fineScale } = matcher.requirements.sharedCanvas ?? { fineScale: null };
  const warped = await warpPhoto(alignment, photos[1], (fineScale ?? 1) * plan.longEdge, signal);
  const [framing0, framing1] = plan.framings;
  const [box0] = alignment.boxes;
  const found = await show(
    [photos[0], warped.photo],
    { ...plan, framings: [{ ...framing0, box: isAll(box0, photos[0]) ? null : box0 }, framing1] },
    progress,
  );
  return { ...warped.inPhoto1(found), alignment };
}

function isAll(box: Box, { width, height }: PairPhoto): boolean {
  return box.width === width && box.height === height;
}
