/**
 * The match at a point of the screen: the nearest end or line. Where every point of a photo has an epipolar line of its
 * own, matches are found there by their ends alone: else the lines between the photos would leave no point free.
 */
import { useCallback } from 'react';
import type { Relation } from './stageData.ts';
import { type Extent, photoUnder, type StageLayout } from './stageLayout.ts';
import type { DrawnLines } from './useLines.ts';
import { type ScreenPoint, toStage, type Viewport } from './viewport.ts';

/** @returns takes a point and a reach in CSS pixels; answers null where there is no match */
export function useMatchFinder(
  { findNearest, ends }: Pick<DrawnLines, 'findNearest' | 'ends'>,
  relation: Relation | null,
  viewport: Viewport,
  layout: StageLayout | null,
  photos: readonly [Extent, Extent] | null,
): (point: ScreenPoint, reachPx: number) => number | null {
  const byEndsAlone = relation?.kind === 'epipolar';
  return useCallback(
    (point, reachPx) => {
      const { x, y } = toStage(viewport, point);
      const reach = reachPx / viewport.zoom;
      const found = findNearest(x, y, reach);
      if (found === null || !byEndsAlone || !layout || !photos) return found;
      const isAtEnd = [0, 2].some(
        (k) => Math.hypot(ends[4 * found + k]! - x, ends[4 * found + k + 1]! - y) <= reach,
      );
      return isAtEnd || !photoUnder(layout, photos, { x, y }) ? found : null;
    },
    [findNearest, ends, byEndsAlone, viewport, layout, photos],
  );
}
