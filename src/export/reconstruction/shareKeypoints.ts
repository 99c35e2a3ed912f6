/**
 * Keypoints of one photo that several pairs share. A matcher without a detector ends the matches of each pair where
 * that pair says, so that one point of the scene lies at slightly other places in each pair's list; reconstruction
 * follows a point through many photos only where these are one keypoint.
 */
import Flatbush from 'flatbush';
import { orderFalling, type Point } from '../../geometry/coordinates.ts';

/** Where the matches of one pair end in a photo, each place once. */
export interface MatchEnds {
  readonly points: readonly Point<'photo'>[];
  /** Of the surest match that ends there. */
  readonly confidence: readonly number[];
}

export interface SharedKeypoints {
  readonly keypoints: readonly Point<'photo'>[];
  /** For each pair, which keypoint each of its points is. */
  readonly indices: readonly (readonly number[])[];
}

/**
 * Points of different pairs become one keypoint, at the surest one's place, where they lie within a radius of it:
 * of each pair the nearest, so that no two matches of a pair are ever made one. Nothing is averaged: a mean of two
 * places is a place that no matcher saw.
 *
 * @param pairs whose points lie in one photo, in its pixels
 */
export function shareKeypoints(pairs: readonly MatchEnds[], radiusPx: number): SharedKeypoints {
  const points = pairs.flatMap((pair) => pair.points);
  const pairOf = pairs.flatMap((pair, index) => pair.points.map(() => index));
  const order = orderFalling(pairs.flatMap((pair) => pair.confidence));
  const near = nearbyPoints(points, radiusPx);

  const keypoints: Point<'photo'>[] = [];
  const keypointOf = new Int32Array(points.length).fill(-1);
  for (const surest of order) {
    if (keypointOf[surest] !== -1) continue;
    const keypoint = keypoints.push(points[surest]!) - 1;
    const joined = new Set<number>();
    for (const k of [surest, ...near(surest)]) {
      if (keypointOf[k] !== -1 || joined.has(pairOf[k]!)) continue;
      joined.add(pairOf[k]!);
      keypointOf[k] = keypoint;
    }
  }

  let from = 0;
  const indices = pairs.map((pair) => {
    const own = keypointOf.subarray(from, from + pair.points.length);
    from += pair.points.length;
    return [...own];
  });
  return { keypoints, indices };
}

/** For each point, those within a radius, nearest first. */
function nearbyPoints(points: readonly Point<'photo'>[], radiusPx: number): (k: number) => readonly number[] {
  // The tree cannot be empty.
  if (points.length === 0) return () => [];
  const tree = new Flatbush(points.length, 16, Float64Array);
  for (const [x, y] of points) tree.add(x, y, x, y);
  tree.finish();
  return (k) => {
    const [x, y] = points[k]!;
    return tree.neighbors(x, y, Number.POSITIVE_INFINITY, radiusPx);
  };
}
