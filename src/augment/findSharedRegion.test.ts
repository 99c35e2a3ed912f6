import { describe, expect, it } from 'vitest';
import type { Points } from '../geometry/coordinates.ts';
import { createRandom } from '../testing/random.ts';
import { clusterMatches } from './clusterMatches.ts';
import { findSharedRegion } from './findSharedRegion.ts';

const random = createRandom(11);
const photo = { width: 1000, height: 750 };
const photos = [photo, photo] as const;
const radii = [40, 40] as const;

type Place = readonly [x0: number, y0: number, x1: number, y1: number];

function matchesOf(places: readonly Place[], confidence = 0.5) {
  return {
    keypoints0: Float32Array.from(places.flatMap((place) => place.slice(0, 2))) as Points<'photo'>,
    keypoints1: Float32Array.from(places.flatMap((place) => place.slice(2))) as Points<'photo'>,
    confidence: new Float32Array(places.length).fill(confidence),
  };
}

/** A grid of matches over a rectangle of photo 0, moved by (dx, dy) in photo 1. */
function patch(
  left: number,
  top: number,
  width: number,
  height: number,
  dx: number,
  dy: number,
  step = 10,
): Place[] {
  const places: Place[] = [];
  for (let y = top; y <= top + height; y += step) {
    for (let x = left; x <= left + width; x += step) places.push([x, y, x + dx, y + dy]);
  }
  return places;
}

function falseMatches(count: number): Place[] {
  return Array.from({ length: count }, () => [
    random.uniform(0, 999),
    random.uniform(0, 749),
    random.uniform(0, 999),
    random.uniform(0, 749),
  ]);
}

describe('clusterMatches', () => {
  const options = { radiiPx: [15, 15], leastNeighbours: 5 } as const;
  const cluster = (places: readonly Place[]) => {
    const { keypoints0, keypoints1 } = matchesOf(places);
    return clusterMatches(keypoints0, keypoints1, options);
  };

  it('finds what has company and leaves out what has none', () => {
    const large = patch(100, 100, 100, 100, 300, 200);
    const small = patch(600, 500, 50, 50, -300, 0);
    const clusters = cluster([...small, ...falseMatches(100), ...large]);
    expect(clusters).toHaveLength(2);
    expect(clusters[0]).toEqual(large.map((_, k) => small.length + 100 + k));
    expect(clusters[1]).toEqual(small.map((_, k) => k));
  });

  it('tells apart what lies together in one photo and apart in the other', () => {
    const here = patch(100, 100, 100, 100, 0, 0);
    const there = patch(100, 100, 100, 100, 500, 0);
    expect(cluster([...here, ...there])).toHaveLength(2);
  });

  it('is one cluster where all is in one place, and none where there is nothing', () => {
    expect(cluster(Array.from({ length: 30 }, () => [5, 5, 9, 9] as const))).toEqual([
      Array.from({ length: 30 }, (_, k) => k),
    ]);
    expect(cluster([])).toEqual([]);
    expect(cluster(patch(0, 0, 900, 700, 0, 0, 50))).toEqual([]);
  });
});

describe('findSharedRegion', () => {
  it('is the box around the matches that have company, with a margin, whatever the false ones say', () => {
    const [box0, box1] = findSharedRegion(
      matchesOf([...patch(300, 200, 300, 200, 100, 50), ...falseMatches(200)]),
      photos,
      radii,
    );
    expect(box0).toEqual({ left: 270, top: 180, width: 361, height: 241 });
    expect(box1).toEqual({ left: 370, top: 230, width: 361, height: 241 });
  });

  it('stays within the photos', () => {
    const [box0, box1] = findSharedRegion(matchesOf(patch(0, 10, 600, 700, 399, 0, 20)), photos, radii);
    expect(box0).toMatchObject({ left: 0, top: 0, height: 750 });
    expect(box1.left + box1.width).toBe(1000);
  });

  it('leaves out clusters that are small beside the largest', () => {
    const large = patch(100, 100, 300, 300, 0, 0);
    const [alone] = findSharedRegion(matchesOf(large), photos, radii);
    const speck = patch(900, 700, 20, 20, 0, 0);
    expect(findSharedRegion(matchesOf([...large, ...speck]), photos, radii)[0]).toEqual(alone);
    const second = patch(800, 600, 100, 100, 0, 0);
    expect(findSharedRegion(matchesOf([...large, ...second]), photos, radii)[0].width).toBeGreaterThan(800);
  });

  it('gives a row of matches along a line some height, and a column some width', () => {
    const row = findSharedRegion(matchesOf(patch(200, 400, 600, 0, 0, 0)), photos, radii);
    // A third of the length, and a tenth on either side.
    expect(row[0]).toEqual({ left: 140, top: 280, width: 721, height: 241 });
    const column = findSharedRegion(matchesOf(patch(1, 100, 0, 300, 0, 0)), photos, radii);
    expect(column[0]).toEqual({ left: 0, top: 70, width: 62, height: 361 });
  });

  it('handles a match at each pixel of a column one pixel wide', () => {
    const [box] = findSharedRegion(matchesOf(patch(500, 100, 0, 400, 0, 0, 1)), photos, radii);
    expect(box).toMatchObject({ height: 481, width: 161 });
  });

  it.each([
    ['nothing', []],
    ['false matches alone', falseMatches(60)],
    ['matches too far apart to know of each other', patch(0, 0, 900, 700, 0, 0, 80)],
    ['too few of them', patch(500, 500, 30, 0, 0, 0)],
  ])('says that there is no shared region for %s', (_, places) => {
    expect(() => findSharedRegion(matchesOf(places), photos, radii)).toThrow(
      expect.objectContaining({ stage: 'matching', code: 'no-shared-region' }),
    );
  });

  it('does not look at matches of little confidence', () => {
    expect(() => findSharedRegion(matchesOf(patch(300, 200, 300, 200, 0, 0), 0.05), photos, radii)).toThrow(
      expect.objectContaining({ code: 'no-shared-region' }),
    );
  });

  it('says that a point is too small a region, and in which photo', () => {
    const point = Array.from({ length: 50 }, () => [400, 300, 200, 100] as const);
    expect(() => findSharedRegion(matchesOf(point), photos, radii)).toThrow(
      expect.objectContaining({
        code: 'shared-region-too-small',
        message: 'The shared region is only 1 × 1 pixels of photo 1, too small to look at again.',
      }),
    );
  });

  it('measures a photo of 60 pixels and one of 6000 each by itself', () => {
    const tiny = { width: 60, height: 45 };
    const huge = { width: 6000, height: 4500 };
    const places = patch(10, 5, 40, 35, 0, 0, 1).map(
      ([x, y]): Place => [x, y, (x + 0.5) * 100 - 0.5, (y + 0.5) * 100 - 0.5],
    );
    const [box0, box1] = findSharedRegion(matchesOf(places), [tiny, huge], [2.4, 240]);
    expect(box0).toEqual({ left: 6, top: 1, width: 49, height: 44 });
    expect(box1.width / box0.width).toBeCloseTo(100, -1);
    expect(box1.left).toBeLessThan(1050);
  });
});
