import { describe, expect, it } from 'vitest';
import { layoutPair } from './stageLayout.ts';
import {
  centreOn,
  clampViewport,
  contains,
  deepestZoom,
  FIT,
  panBy,
  resizeViewport,
  toScreen,
  toStage,
  zoomAt,
} from './viewport.ts';

const layout = layoutPair(
  { width: 1280, height: 720 },
  { width: 3000, height: 4000 },
  { width: 1020, height: 765 },
)!;

describe('viewport', () => {
  it('keeps what is under the pointer under it, anywhere on the photos, step after step', () => {
    const { content } = layout;
    for (const [shareX, shareY] of [
      [0.01, 0.02],
      [0.5, 0.5],
      [0.99, 0.4],
      [0.3, 0.98],
    ] as const) {
      const point = { x: content.x + shareX * content.width, y: content.y + shareY * content.height };
      let viewport = FIT;
      for (let k = 0; k < 12; k++) {
        viewport = zoomAt(viewport, 1.3, point, layout);
        const under = toStage(viewport, point);
        expect(under.x).toBeCloseTo(point.x, 6);
        expect(under.y).toBeCloseTo(point.y, 6);
      }
    }
  });

  it('comes back to fit exactly when zoomed out', () => {
    const near = zoomAt(FIT, 9, { x: 300, y: 200 }, layout);
    expect(zoomAt(near, 1e-3, { x: 900, y: 600 }, layout)).toEqual(FIT);
  });

  it('stops where a photo pixel is 48 screen pixels', () => {
    const { zoom } = zoomAt(FIT, 1e9, { x: 300, y: 200 }, layout);
    expect(zoom).toBe(deepestZoom(layout));
    const under = toStage(zoomAt(FIT, 1e9, { x: 300, y: 200 }, layout), { x: 300, y: 200 });
    expect(under.x).toBeCloseTo(300, 6);
    expect(under.y).toBeCloseTo(200, 6);
    expect(zoom * Math.min(layout.place0.scale, layout.place1.scale)).toBeCloseTo(48, 9);
  });

  it('does not pan at fit, and never loses the photos from the middle of the view', () => {
    expect(panBy(FIT, 200, -100, layout)).toEqual(FIT);
    const near = zoomAt(FIT, 6, { x: 640, y: 360 }, layout);
    for (const [dx, dy] of [
      [1e6, 0],
      [-1e6, 1e6],
      [0, -1e6],
    ] as const) {
      const { x, y } = toStage(panBy(near, dx, dy, layout), { x: 640, y: 360 });
      const { content } = layout;
      const grown = {
        x: content.x - 1e-6,
        y: content.y - 1e-6,
        width: content.width + 2e-6,
        height: content.height + 2e-6,
      };
      expect(contains(grown, { x, y })).toBe(true);
    }
  });

  it('pans by screen pixels', () => {
    const near = zoomAt(FIT, 4, { x: 640, y: 360 }, layout);
    const moved = panBy(near, 30, -20, layout);
    expect(toScreen(moved, 500, 300).x - toScreen(near, 500, 300).x).toBeCloseTo(30, 9);
    expect(toScreen(moved, 500, 300).y - toScreen(near, 500, 300).y).toBeCloseTo(-20, 9);
  });

  it('centres a stage point', () => {
    const near = zoomAt(FIT, 5, { x: 10, y: 10 }, layout);
    expect(toScreen(centreOn(near, 700, 400, layout), 700, 400)).toEqual({ x: 640, y: 360 });
  });

  it('clamping twice changes nothing', () => {
    const once = clampViewport({ zoom: 3, x: 5000, y: -9000 }, layout);
    expect(clampViewport(once, layout)).toEqual(once);
  });

  it('keeps the same part in the middle when the stage is resized', () => {
    const [from, to] = [
      { width: 1000, height: 600 },
      { width: 500, height: 900 },
    ];
    const resized = resizeViewport({ zoom: 3, x: -700, y: -400 }, from, to);
    const before = toStage({ zoom: 3, x: -700, y: -400 }, { x: 500, y: 300 });
    const after = toStage(resized, { x: 250, y: 450 });
    expect(after.x / to.width).toBeCloseTo(before.x / from.width, 9);
    expect(after.y / to.height).toBeCloseTo(before.y / from.height, 9);
    expect(resizeViewport(FIT, from, to)).toEqual(FIT);
  });
});
