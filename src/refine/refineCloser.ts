/**
 * Refined matches once more, at pictures that show the photos more closely than a matcher saw them: the places are then
 * as exact as these pictures are, and what is not as alike there stays where it was.
 */
import { createBreaks, type RefinementContext } from './breaks.ts';
import { type AlignmentLimits, closerLevel, createLimitedAligner } from './levels.ts';
import type { PatchMap } from './patchMap.ts';
import type { MatchedPictures } from './refineMatches.ts';

/** What counts as the same place; chosen on drawn pairs of photographs. */
const LIMITS: AlignmentLimits = {
  leastCorrelation: 0.7,
  largestDeviationPx: 0.3,
  farthestPx: 2,
  area: [0.7, 1.4],
};

/**
 * @param maps how the surroundings of the matches lie, between pixels of these pictures; null where a match was not refined
 * @returns where the matches lie in the second picture, null for those that stay
 * @throws the signal's abort reason between slices
 */
export async function refineCloser(
  { pictures, keypoints0, keypoints1 }: MatchedPictures,
  maps: readonly (PatchMap | null)[],
  context: RefinementContext,
): Promise<readonly (readonly [x: number, y: number] | null)[]> {
  const align = createLimitedAligner(pictures, [closerLevel], LIMITS);
  const mayBreak = createBreaks(context);
  const places: (readonly [number, number] | null)[] = [];
  for (const [k, map] of maps.entries()) {
    await mayBreak(k / maps.length);
    const closer = map?.slice();
    closer?.set(keypoints1.subarray(2 * k, 2 * k + 2));
    const isPlaced = closer && align(keypoints0[2 * k]!, keypoints0[2 * k + 1]!, closer) !== null;
    places.push(isPlaced ? [closer[0]!, closer[1]!] : null);
  }
  context.report(1);
  return places;
}
