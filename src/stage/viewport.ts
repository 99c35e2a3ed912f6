/**
 * The part of the stage that is seen: a zoom and a shift, screen = stage * zoom + (x, y). The layout already
 * fits the photos, so zoom 1 without shift is "fit".
 */
import type { Box, Extent, StageLayout } from './stageLayout.ts';

export interface Viewport {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

export interface ScreenPoint {
  readonly x: number;
  readonly y: number;
}

export const FIT: Viewport = { zoom: 1, x: 0, y: 0 };

/** A photo pixel is never larger than this many screen pixels. */
const LARGEST_PIXEL = 48;

/** The deepest zoom of a layout: photo pixels of the finer photo as large as `LARGEST_PIXEL`. */
export function deepestZoom({ place0, place1 }: StageLayout): number {
  return Math.max(1, LARGEST_PIXEL / Math.min(place0.scale, place1.scale));
}

/** Zooms by `factor`, keeping what is under `point` where it is unless the view must stay on the photos. */
export function zoomAt(
  viewport: Viewport,
  factor: number,
  point: ScreenPoint,
  layout: StageLayout,
): Viewport {
  const zoom = Math.min(Math.max(viewport.zoom * factor, 1), deepestZoom(layout));
  const ratio = zoom / viewport.zoom;
  return clampViewport(
    {
      zoom,
      x: point.x - (point.x - viewport.x) * ratio,
      y: point.y - (point.y - viewport.y) * ratio,
    },
    layout,
  );
}

export function panBy(viewport: Viewport, dx: number, dy: number, layout: StageLayout): Viewport {
  return clampViewport({ zoom: viewport.zoom, x: viewport.x + dx, y: viewport.y + dy }, layout);
}

/** Brings a stage point to the middle of the view, zoom unchanged. */
export function centreOn(viewport: Viewport, x: number, y: number, layout: StageLayout): Viewport {
  const { width, height } = layout.stage;
  return clampViewport(
    { zoom: viewport.zoom, x: width / 2 - x * viewport.zoom, y: height / 2 - y * viewport.zoom },
    layout,
  );
}

/**
 * Keeps the photos in reach: at "fit" they rest centred; zoomed in, their edges may be moved as far as the middle
 * of the view, so that corners can be inspected.
 */
export function clampViewport(viewport: Viewport, { content, stage }: StageLayout): Viewport {
  const { zoom } = viewport;
  return {
    zoom,
    x: clampShift(viewport.x, zoom, content.x, content.width, stage.width),
    y: clampShift(viewport.y, zoom, content.y, content.height, stage.height),
  };
}

function clampShift(shift: number, zoom: number, start: number, length: number, stage: number): number {
  const middle = stage / 2;
  // From fit on, the allowance grows with the zoom, so that zooming in never tears the view from the pointer.
  const reach = Math.min((stage * (zoom - 1)) / 2, middle);
  const rest = middle - (start + length / 2) * zoom;
  const slack = Math.max((length * zoom) / 2 - middle, 0) + reach;
  return Math.min(Math.max(shift, rest - slack), rest + slack);
}

/** Keeps the same part of the pair in the middle when the stage changes its size. */
export function resizeViewport(viewport: Viewport, from: Extent, to: Extent): Viewport {
  const { zoom } = viewport;
  const middleX = (from.width / 2 - viewport.x) / zoom / from.width;
  const middleY = (from.height / 2 - viewport.y) / zoom / from.height;
  return {
    zoom,
    x: to.width / 2 - middleX * to.width * zoom,
    y: to.height / 2 - middleY * to.height * zoom,
  };
}

export function toScreen(viewport: Viewport, x: number, y: number): ScreenPoint {
  return { x: x * viewport.zoom + viewport.x, y: y * viewport.zoom + viewport.y };
}

export function toStage(viewport: Viewport, point: ScreenPoint): ScreenPoint {
  return { x: (point.x - viewport.x) / viewport.zoom, y: (point.y - viewport.y) / viewport.zoom };
}

export function contains(box: Box, point: ScreenPoint): boolean {
  return (
    point.x >= box.x && point.y >= box.y && point.x <= box.x + box.width && point.y <= box.y + box.height
  );
}
