/** Turns matches, filters and view into what the line layer draws and what the pointer can find. */
import { useCallback, useEffect, useMemo } from 'react';
import { type Rgb, unpackRgb } from './colourMap.ts';
import { colourModes } from './colourModes.ts';
import type { LinePicture } from './LinePainter.ts';
import { indexLines, type LineIndex } from './lineIndex.ts';
import { styleDimmedLines, styleLines } from './lineStyle.ts';
import type { StageGeometry, StageMatches } from './stageData.ts';
import { placeMatches, type StageLayout } from './stageLayout.ts';
import type { StageView } from './stageProps.ts';
import type { Viewport } from './viewport.ts';
import { hiddenColumn, type LineSelection, listMatches, selectLines, visibilityOf } from './visibleLines.ts';

export interface DrawnLines {
  /** From the bottom to the top. */
  readonly pictures: readonly LinePicture[];
  readonly selection: LineSelection;
  /** Stage coordinates of all matches: x0, y0, x1, y1 each. */
  readonly ends: Float32Array;
  readonly colourOf: (index: number) => Rgb;
  readonly isDrawn: (index: number) => boolean;
  readonly findNearest: (x: number, y: number, radius: number) => number | null;
}

const NO_SELECTION: LineSelection = { limit: 0, shown: 0, dimmed: 0 };

/** @param matches null draws nothing */
export function useLines(
  matches: StageMatches | null,
  geometry: StageGeometry | null,
  view: StageView,
  layout: StageLayout | null,
  viewport: Viewport,
  pixelRatio: number,
): DrawnLines {
  const ends = useMemo(
    () =>
      matches && layout ? placeMatches(layout, matches.keypoints0, matches.keypoints1) : new Float32Array(0),
    [matches, layout],
  );
  const count = ends.length / 4;
  const inliers = geometry?.inliers ?? null;
  const { colourBy, inliers: inlierView, outliers: outlierView, hiddenViews } = view;
  const hidden = useMemo(() => matches && hiddenColumn(matches, hiddenViews), [matches, hiddenViews]);

  const colours = useMemo(
    () => (matches ? colourModes[colourBy].pack({ matches, geometry }) : new Uint32Array(0)),
    [matches, colourBy, geometry],
  );

  const groups = useMemo(() => {
    const groupView = { inliers: inlierView, outliers: outlierView };
    const group = (visibility: 'shown' | 'dimmed') => ({
      ends,
      members: listMatches(count, visibility, inliers, groupView, hidden),
      colours,
    });
    return { shown: group('shown'), dimmed: group('dimmed') };
  }, [ends, count, colours, inliers, inlierView, outlierView, hidden]);

  const selection = useMemo(
    () => (matches && count > 0 ? selectLines(matches.confidence, inliers, view, hidden) : NO_SELECTION),
    [matches, count, inliers, view, hidden],
  );

  const pictures = useMemo((): readonly LinePicture[] => {
    if (!layout || count === 0) return [];
    const common = { viewport, limit: selection.limit, size: layout.stage, pixelRatio };
    const shown = { ...common, group: groups.shown, style: styleLines(selection.shown, viewport.zoom) };
    if (groups.dimmed.members.length === 0) return [shown];
    const style = styleDimmedLines(selection.dimmed, viewport.zoom);
    return [{ ...common, group: groups.dimmed, style }, shown];
  }, [layout, count, viewport, selection, groups, pixelRatio]);

  const lineIndex = useMemo(() => createLazily(() => indexLines(ends)), [ends]);
  // Ready before the pointer asks where the browser has a quiet moment; on demand elsewhere.
  useEffect(() => {
    if (!('requestIdleCallback' in window)) return;
    const idle = requestIdleCallback(lineIndex);
    return () => cancelIdleCallback(idle);
  }, [lineIndex]);

  const isDrawn = useCallback(
    (index: number) =>
      index < selection.limit &&
      visibilityOf(index, inliers, { inliers: inlierView, outliers: outlierView }, hidden) !== 'hidden',
    [selection.limit, inliers, inlierView, outlierView, hidden],
  );
  const findNearest = useCallback(
    (x: number, y: number, radius: number) => lineIndex().nearest(x, y, radius, isDrawn),
    [lineIndex, isDrawn],
  );
  const colourOf = useCallback((index: number) => unpackRgb(colours[index]!), [colours]);
  return { pictures, selection, ends, colourOf, isDrawn, findNearest };
}

function createLazily(create: () => LineIndex): () => LineIndex {
  let created: LineIndex | null = null;
  return () => {
    created ??= create();
    return created;
  };
}
