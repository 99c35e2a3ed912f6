import { describe, expect, it } from 'vitest';
import { layoutPair, type PhotoPlace, placeMatches, type StageLayout } from './stageLayout.ts';

const LANDSCAPE = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 700 };
const size = (width: number, height: number) => ({ width, height });

function laidOut(...args: Parameters<typeof layoutPair>): StageLayout {
  const layout = layoutPair(...args);
  if (!layout) throw new Error('expected a layout');
  return layout;
}

function inside(place: PhotoPlace, stage: { width: number; height: number }): boolean {
  return (
    place.x >= 0 &&
    place.y >= 0 &&
    place.x + place.width <= stage.width + 1e-9 &&
    place.y + place.height <= stage.height + 1e-9
  );
}

describe('layoutPair', () => {
  it('puts photos of different sizes side by side at one height, middle of the stage, left one first', () => {
    const { arrangement, place0, place1, content } = laidOut(LANDSCAPE, size(3000, 4000), size(1020, 765));
    expect(arrangement).toBe('side-by-side');
    expect(place0.height).toBeCloseTo(place1.height, 9);
    expect(place0.y).toBeCloseTo(place1.y, 9);
    expect(place1.x).toBeCloseTo(place0.x + place0.width + 12, 9);
    expect(content.x + content.width / 2).toBeCloseTo(640, 9);
    expect(content.y + content.height / 2).toBeCloseTo(360, 9);
  });

  it('stacks them at one width on an upright stage', () => {
    const { arrangement, place0, place1 } = laidOut(PHONE, size(4000, 3000), size(640, 480));
    expect(arrangement).toBe('stacked');
    expect(place0.width).toBeCloseTo(place1.width, 9);
    expect(place1.y).toBeCloseTo(place0.y + place0.height + 12, 9);
  });

  it('stacks landscape photos on a square stage, as on a phone with the panel below', () => {
    const square = { width: 390, height: 389 };
    expect(laidOut(square, size(1280, 960), size(1280, 960)).arrangement).toBe('stacked');
    expect(laidOut(square, size(960, 1280), size(960, 1280)).arrangement).toBe('side-by-side');
  });

  it('stacks panoramas on a wide stage, where side by side would waste most of it', () => {
    expect(laidOut(LANDSCAPE, size(8000, 1000), size(8000, 1000)).arrangement).toBe('stacked');
    expect(laidOut(LANDSCAPE, size(1500, 1000), size(1500, 1000)).arrangement).toBe('side-by-side');
  });

  it('keeps both aspects and stays on the stage for all shapes', () => {
    const shapes = [size(1, 1), size(20, 4000), size(4000, 20), size(675, 1012), size(12000, 9000)];
    for (const stage of [LANDSCAPE, PHONE, size(500, 500)]) {
      for (const photo0 of shapes) {
        for (const photo1 of shapes) {
          const { place0, place1 } = laidOut(stage, photo0, photo1);
          expect(inside(place0, stage) && inside(place1, stage)).toBe(true);
          expect(place0.width / place0.height).toBeCloseTo(photo0.width / photo0.height, 6);
          expect(place1.width).toBeCloseTo(photo1.width * place1.scale, 6);
        }
      }
    }
  });

  it('does not let an extreme photo starve the other', () => {
    const { place1 } = laidOut(LANDSCAPE, size(4000, 20), size(1000, 1000));
    expect(Math.min(place1.width, place1.height)).toBeGreaterThan(250);
  });

  it('keeps room of the same size for a photo that is missing', () => {
    const { place0, place1 } = laidOut(LANDSCAPE, null, size(640, 480));
    expect(place0.width).toBeCloseTo(place1.width, 9);
    expect(place0.x + place0.width + 6).toBeCloseTo(640, 9);
  });

  it('has no layout without photos or without room', () => {
    expect(layoutPair(LANDSCAPE, null, null)).toBeNull();
    expect(layoutPair(size(0, 0), size(10, 10), size(10, 10))).toBeNull();
  });
});

describe('placeMatches', () => {
  it('takes whole numbers as pixel centres: the corners of a photo are half a pixel away', () => {
    const layout = laidOut(LANDSCAPE, size(100, 80), size(50, 40));
    const ends = placeMatches(layout, new Float32Array([-0.5, -0.5]), new Float32Array([49.5, 39.5]));
    expect(ends[0]).toBeCloseTo(layout.place0.x, 3);
    expect(ends[1]).toBeCloseTo(layout.place0.y, 3);
    expect(ends[2]).toBeCloseTo(layout.place1.x + layout.place1.width, 3);
    expect(ends[3]).toBeCloseTo(layout.place1.y + layout.place1.height, 3);
  });
});
