/** The view that shows the second photo as the first shows the same plane. */
import { turnOfAlignment } from '../augment/alignPhotos.ts';
import { type Box, upright } from '../augment/framing.ts';
import { findAlignment, type ShowPhotos, type ViewsBefore } from './findAlignment.ts';
import type { MatchViewContext, ViewMatches } from './matchView.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { regionLongEdge } from './regionLongEdge.ts';
import { warpPhoto } from './warpPhoto.ts';

/** As a multiple of the first view's: aligned photos are easy enough to match at what the first look had. */
const PIXELS = 1;

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
  const { alignment, last } = await findAlignment(pair, signal, progress, show);
  const { boxes } = alignment;
  const longEdge = regionLongEdge([boxes[0]], PIXELS, before[0]!);
  // As fine as the finest input, which then takes its pixels as they are.
  const { fineScale } = matcher.requirements.sharedCanvas ?? { fineScale: null };
  const warped = await warpPhoto(alignment, photos[1], (fineScale ?? 1) * longEdge, signal);
  const found = await show(
    [photos[0], warped.photo],
    {
      framings: [{ ...upright, box: isAll(boxes[0], photos[0]) ? null : boxes[0] }, upright],
      longEdge,
      scales: [1, 1],
      swapped: false,
    },
    last,
  );
  return { ...warped.inPhoto1(found), turn: turnOfAlignment(alignment) };
}

function isAll(box: Box, { width, height }: PairPhoto): boolean {
  return box.width === width && box.height === height;
}
