/** How large a view shows parts of the photos. */
import type { Box } from '../augment/framing.ts';
import type { ViewMatches } from './matchView.ts';

/**
 * @param pixels of an input, as a multiple of the first view's
 * @returns in input pixels, so that no box has more pixels than it may; small ones are enlarged less far anyway
 */
export function regionLongEdge(boxes: readonly Box[], pixels: number, { inputSize }: ViewMatches): number {
  const most = pixels * Math.max(...inputSize.map(([width, height]) => width * height));
  const elongation = Math.min(
    ...boxes.map(({ width, height }) => Math.max(width, height) / Math.min(width, height)),
  );
  return Math.round(Math.sqrt(most * elongation));
}
