/** The viewport as state: it follows the stage's size and returns to "fit" when other photos come. */
import { useCallback, useState } from 'react';
import type { StageLayout } from './stageLayout.ts';
import { clampViewport, FIT, resizeViewport, type Viewport } from './viewport.ts';

export type ChangeViewport = (change: (viewport: Viewport, layout: StageLayout) => Viewport) => void;

interface Seen {
  readonly viewport: Viewport;
  readonly layout: StageLayout | null;
  readonly photos: readonly unknown[];
}

/** @param photos what the stage shows; other entries mean other photos */
export function useViewport(
  layout: StageLayout | null,
  photos: readonly [unknown, unknown],
): [Viewport, ChangeViewport] {
  const [seen, setSeen] = useState<Seen>({ viewport: FIT, layout, photos });
  let { viewport } = seen;
  const samePhotos = seen.photos.every((photo, k) => photo === photos[k]);
  if (layout !== seen.layout || !samePhotos) {
    const before = samePhotos && layout?.arrangement === seen.layout?.arrangement ? seen.layout : null;
    viewport =
      before && layout ? clampViewport(resizeViewport(viewport, before.stage, layout.stage), layout) : FIT;
    // Adjusted while rendering, so that no frame shows the old view of the new layout.
    setSeen({ viewport, layout, photos });
  }
  const change = useCallback<ChangeViewport>((apply) => {
    setSeen((current) => {
      if (!current.layout) return current;
      const next = apply(current.viewport, current.layout);
      const { zoom, x, y } = current.viewport;
      if (next.zoom === zoom && next.x === x && next.y === y) return current;
      return { ...current, viewport: next };
    });
  }, []);
  return [viewport, change];
}
