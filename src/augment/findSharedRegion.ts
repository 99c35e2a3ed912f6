/**
 * Where two photos show the same thing, judged by the matches of a first look: the boxes around the matches that
 * have company, a little larger, to be looked at again at a higher resolution. The winners of the Image Matching
 * Challenge 2022 cropped so; what is found in the crops is added to the first matches.
 */
import { type Points, pickPoints } from '../geometry/coordinates.ts';
import { CovisError } from '../reporting/covisError.ts';
import { clusterMatches } from './clusterMatches.ts';
import { type Box, LEAST_BOX_SIDE } from './framing.ts';
import type { PhotoMatches } from './mergeMatches.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Matches below say too little of where to look. */
const LEAST_CONFIDENCE = 0.1;
/** More of them cost time and change no box. */
const MOST_MATCHES = 2000;
const LEAST_NEIGHBOURS = 5;
/** Clusters smaller than this share of the largest are rather chance, or another thing that looks alike. */
const LEAST_CLUSTER_SHARE = 0.1;
/** Added on every side, as a share of the box: what is shared goes on beyond the last match. */
const MARGIN = 0.1;
/** Long side over short side: a row of matches along a horizon still gets sky and ground. */
const MOST_ELONGATED = 3;

/**
 * @param matches of the views before, in any order
 * @param radiiPx how far apart neighbours may lie in either photo, in its pixels: a few times the distance of the
 *   places that a matcher looks at
 * @returns the box in each photo, within its bounds
 * @throws CovisError `no-shared-region` or `shared-region-too-small`
 */
export function findSharedRegion(
  matches: PhotoMatches,
  photos: readonly [Extent, Extent],
  radiiPx: readonly [number, number],
): readonly [Box, Box] {
  const confident = mostConfident(matches);
  const keypoints0 = pickPoints(matches.keypoints0, confident);
  const keypoints1 = pickPoints(matches.keypoints1, confident);
  const clusters = clusterMatches(keypoints0, keypoints1, { radiiPx, leastNeighbours: LEAST_NEIGHBOURS });
  const [largest] = clusters;
  if (!largest) {
    throw new CovisError(
      'matching',
      'no-shared-region',
      `The photos have no shared region to look at again: none of ${confident.length} confident matches have company.`,
    );
  }
  const members = clusters.filter(({ length }) => length >= LEAST_CLUSTER_SHARE * largest.length).flat();
  const boxes = [
    boxAround(keypoints0, members, photos[0]),
    boxAround(keypoints1, members, photos[1]),
  ] as const;
  for (const [side, { width, height }] of boxes.entries()) {
    if (Math.min(width, height) >= LEAST_BOX_SIDE) continue;
    throw new CovisError(
      'matching',
      'shared-region-too-small',
      `The shared region is only ${width} × ${height} pixels of photo ${side + 1}, too small to look at again.`,
    );
  }
  return boxes;
}

/** Indices by falling confidence. */
function mostConfident({ confidence }: PhotoMatches): number[] {
  return Array.from(confidence.keys())
    .filter((k) => confidence[k]! >= LEAST_CONFIDENCE)
    .sort((a, b) => confidence[b]! - confidence[a]! || a - b)
    .slice(0, MOST_MATCHES);
}

function boxAround(points: Points<'photo'>, members: readonly number[], photo: Extent): Box {
  const [x, y] = [0, 1].map((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const k of members) {
      low = Math.min(low, points[2 * k + axis]!);
      high = Math.max(high, points[2 * k + axis]!);
    }
    return { low, high };
  }) as [Interval, Interval];
  const [lengthX, lengthY] = [x.high - x.low, y.high - y.low];
  const least = Math.max(lengthX, lengthY) / MOST_ELONGATED;
  const [left, width] = wholePixels(widen(x, Math.max(lengthX, least)), photo.width);
  const [top, height] = wholePixels(widen(y, Math.max(lengthY, least)), photo.height);
  return { left, top, width, height };
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** As long as `length` and a margin on either side, about the same middle. */
function widen({ low, high }: Interval, length: number): Interval {
  const middle = (low + high) / 2;
  const reach = (0.5 + MARGIN) * length;
  return { low: middle - reach, high: middle + reach };
}

/** The pixels whose centres lie in the interval, of a photo with pixels 0 to `length` - 1. */
function wholePixels({ low, high }: Interval, length: number): readonly [start: number, count: number] {
  const start = Math.min(Math.max(0, Math.floor(low)), length - 1);
  const end = Math.max(Math.min(length - 1, Math.ceil(high)), start);
  return [start, end - start + 1];
}
