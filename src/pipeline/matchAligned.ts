/** Views that show the second photo as the first shows the same plane. */
import type { Alignment } from '../augment/alignPhotos.ts';
import type { Box } from '../augment/framing.ts';
import { plainPlan, type ViewPlan } from '../augment/views.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { ProgressPlan } from '../reporting/progress.ts';
import { findAlignment, improveAlignment, type ShowPhotos, type ViewsBefore } from './findAlignment.ts';
import { type MatchViewContext, totalConfidence, type ViewMatches } from './matchView.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { regionLongEdge } from './regionLongEdge.ts';
import { warpPhoto } from './warpPhoto.ts';

/**
 * @param show matches two photos
 * @throws CovisError `no-alignment` or `aligned-region-too-small`, or as `show`; the signal's abort reason between steps
 */
export async function matchAligned(
  pair: ViewsBefore,
  { signal, progress }: Pick<MatchViewContext, 'signal' | 'progress'>,
  show: ShowPhotos,
): Promise<ViewMatches> {
  const { alignment, isRough, last } = await findAlignment(pair, signal, progress, show);
  const plan = plainPlan(pair.settings.longEdge);
  const look = (at: Alignment, part: ProgressPlan) =>
    showAligned(at, alignedPlan(at, plan, pair), pair, { signal, progress: part }, show);
  if (!isRough) return look(alignment, last);
  const [first, second] = last.divide('decode', [
    { name: 'first', weight: 1 },
    { name: 'second', weight: 1 },
  ]) as [ProgressPlan, ProgressPlan];
  const found = await look(alignment, first);
  try {
    // Photos that hardly matched match better the better they lie.
    const again = await look(improveAlignment(found, pair.photos), second);
    return totalConfidence(again) > totalConfidence(found) ? again : found;
  } catch (failure) {
    signal.throwIfAborted();
    if (!(failure instanceof CovisError)) throw failure;
    return found;
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
