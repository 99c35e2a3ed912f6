import { describe, expect, it } from 'vitest';
import { essentialOfPose, fundamentalOfEssential } from '../geometry/epipolar.ts';
import {
  bearEpipoles,
  distanceFromLine,
  type EpipoleBearing,
  locateMatch,
  onScreen,
  placeEpipole,
} from './relationMarks.ts';
import { layoutPair } from './stageLayout.ts';
import { FIT, type Viewport } from './viewport.ts';

const photos = [
  { width: 400, height: 300 },
  { width: 200, height: 300 },
] as const;
const stage = { width: 900, height: 500 };
const layout = layoutPair(stage, photos[0], photos[1])!;

/** A camera that moves along its x axis: a point keeps its row. */
const sideways = [0, 0, 0, 0, 0, -1, 0, 1, 0];

/** A camera that steps forward without a turn: all lines meet where both optical axes go. */
const cameras = [
  { focalPx: 350, principalPoint: [210, 140], focalSource: 'exif' },
  { focalPx: 250, principalPoint: [90, 160], focalSource: 'exif' },
] as const;
const forward = fundamentalOfEssential(
  essentialOfPose({ rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, -1] }),
  cameras,
);

/** Where a point in the axes of camera 0 is seen once the camera has moved one unit forward. */
function seenAhead([x, y, z]: readonly [number, number, number]) {
  const project = (k: 0 | 1, depth: number) => {
    const { focalPx, principalPoint } = cameras[k];
    return [(focalPx * x) / depth + principalPoint[0], (focalPx * y) / depth + principalPoint[1]] as const;
  };
  return [project(0, z), project(1, z - 1)] as const;
}

describe('locateMatch', () => {
  it('gives the row of the point, from edge to edge of the other photo', () => {
    const relation = { kind: 'epipolar', fundamental: sideways } as const;
    const found = locateMatch(relation, { side: 0, x: 10, y: 20 }, photos);
    expect(found).toMatchObject({ kind: 'line', side: 1 });
    if (found.kind !== 'line') throw new Error('no line');
    const [[xa, ya], [xb, yb]] = found.segment!;
    expect([xa, xb].sort((a, b) => a - b)).toEqual([-0.5, 199.5]);
    expect([ya, yb]).toEqual([20, 20]);
    const back = locateMatch(relation, { side: 1, x: 10, y: 20 }, photos);
    expect(back).toMatchObject({ kind: 'line', side: 0 });
  });

  it('says so when the line misses the other photo', () => {
    const relation = { kind: 'epipolar', fundamental: [0, 0, 0, 0, 0, -1, 0, 1, -100] } as const;
    // The row in photo 1 is 100 above that in photo 0.
    expect(locateMatch(relation, { side: 0, x: 10, y: 99 }, photos)).toEqual({
      kind: 'line',
      side: 1,
      segment: null,
    });
  });

  it('passes through the true match on the screen, however far it is zoomed', () => {
    const viewport: Viewport = { zoom: 7.3, x: -1234.5, y: -876.25 };
    const relation = { kind: 'epipolar', fundamental: forward } as const;
    for (const point of [
      [-0.5, 0.3, 3],
      [0.7, -0.2, 2.5],
      [0.2, 0.35, 4],
    ] as const) {
      const [[x0, y0], [x1, y1]] = seenAhead(point);
      for (const [side, here, there] of [
        [0, [x0, y0], [x1, y1]],
        [1, [x1, y1], [x0, y0]],
      ] as const) {
        const found = locateMatch(relation, { side, x: here[0], y: here[1] }, photos);
        if (found.kind !== 'line' || !found.segment) throw new Error('no line');
        const place = found.side === 0 ? layout.place0 : layout.place1;
        const [a, b] = found.segment.map(([x, y]) => onScreen(place, viewport, x, y));
        const match = onScreen(place, viewport, ...there);
        const [dx, dy] = [b!.x - a!.x, b!.y - a!.y];
        const off = Math.abs((match.x - a!.x) * dy - (match.y - a!.y) * dx) / Math.hypot(dx, dy);
        expect(off).toBeLessThan(1e-6);
      }
    }
  });

  it('lands where the homography sends the point, and back', () => {
    const relation = { kind: 'homography', matrix: [0.5, 0, 3, 0, 1, -4, 0, 0, 1] } as const;
    const there = locateMatch(relation, { side: 0, x: 100, y: 50 }, photos);
    expect(there).toEqual({ kind: 'place', side: 1, place: [53, 46] });
    const back = locateMatch(relation, { side: 1, x: 53, y: 46 }, photos);
    expect(back).toMatchObject({ kind: 'place', side: 0 });
    if (back.kind !== 'place') throw new Error('no place');
    expect(back.place![0]).toBeCloseTo(100, 9);
    expect(back.place![1]).toBeCloseTo(50, 9);
  });

  it('lands nowhere outside the photo, nor behind the cameras', () => {
    const away = { kind: 'homography', matrix: [1, 0, 150, 0, 1, 0, 0, 0, 1] } as const;
    expect(locateMatch(away, { side: 0, x: 60, y: 5 }, photos)).toMatchObject({ place: null });
    // Beyond x = 100 the depth is negative, though the quotient lies within photo 1.
    const behind = { kind: 'homography', matrix: [-1, 0, 0, 0, -1, 0, -0.01, 0, 1] } as const;
    expect(locateMatch(behind, { side: 0, x: 300, y: 100 }, photos)).toMatchObject({ place: null });
  });
});

describe('distanceFromLine', () => {
  it('is the distance in pixels of the photo that the line is in', () => {
    expect(distanceFromLine(sideways, { side: 0, x: 10, y: 20 }, [77, 23.5])).toBeCloseTo(3.5, 12);
    expect(distanceFromLine(sideways, { side: 1, x: 10, y: 20 }, [77, 18])).toBeCloseTo(2, 12);
  });
});

describe('epipoles', () => {
  it('are marked where the camera heads, exactly', () => {
    const bearings = bearEpipoles(forward, photos);
    for (const side of [0, 1] as const) {
      const place = side === 0 ? layout.place0 : layout.place1;
      const viewport: Viewport = { zoom: 1.2, x: -90, y: -50 };
      const mark = placeEpipole(bearings[side]!, place, viewport, stage)!;
      const [x, y] = cameras[side].principalPoint;
      const expected = onScreen(place, viewport, x, y);
      expect(mark.kind).toBe('point');
      expect(mark.at.x).toBeCloseTo(expected.x, 6);
      expect(mark.at.y).toBeCloseTo(expected.y, 6);
    }
  });

  it('outside of the photo are an arrow on its edge that points at them', () => {
    const bearing: EpipoleBearing = { kind: 'point', x: 1000, y: 149.5 };
    const { place0 } = layout;
    const mark = placeEpipole(bearing, place0, FIT, stage)!;
    expect(mark).toMatchObject({ kind: 'arrow' });
    expect(mark.at.x).toBeCloseTo(place0.x + place0.width - 3, 6);
    expect(mark.at.y).toBeCloseTo(place0.y + place0.height / 2, 6);
    expect(mark.kind === 'arrow' && mark.angle).toBeCloseTo(0, 9);
    const above = placeEpipole({ kind: 'point', x: 199.5, y: -5000 }, place0, FIT, stage)!;
    expect(above.at.y).toBeCloseTo(place0.y + 3, 6);
    expect(above.kind === 'arrow' && above.angle).toBeCloseTo(-Math.PI / 2, 9);
  });

  it('inside the photo but out of sight are an arrow at the edge of what is seen', () => {
    const { place0 } = layout;
    // The left half of photo 0 alone, ten times as large.
    const viewport: Viewport = { zoom: 10, x: -10 * place0.x, y: -10 * place0.y };
    const mark = placeEpipole({ kind: 'point', x: 390, y: 10 }, place0, viewport, stage)!;
    expect(mark.kind).toBe('arrow');
    expect(mark.at.x).toBeCloseTo(stage.width - 3, 6);
    expect(mark.at.y).toBeLessThan(stage.height);
    expect(mark.at.y).toBeGreaterThan(0);
  });

  it('at infinity are an arrow along the lines', () => {
    const [bearing0, bearing1] = bearEpipoles(sideways, photos);
    for (const [bearing, place] of [
      [bearing0, layout.place0],
      [bearing1, layout.place1],
    ] as const) {
      const mark = placeEpipole(bearing!, place, FIT, stage)!;
      expect(mark.kind).toBe('arrow');
      expect(mark.at.y).toBeCloseTo(place.y + place.height / 2, 6);
      expect(Math.abs(Math.sin((mark as { angle: number }).angle))).toBeLessThan(1e-9);
    }
  });

  it('have no mark where nothing is seen of the photo', () => {
    const viewport: Viewport = { zoom: 4, x: 5000, y: 0 };
    expect(placeEpipole({ kind: 'point', x: 1, y: 1 }, layout.place0, viewport, stage)).toBeNull();
  });
});
