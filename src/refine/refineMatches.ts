/**
 * Places of matches to a fraction of a pixel, from the pictures themselves: a network's last stage looks at features of
 * every second pixel, least squares matching at all of them. What cannot be refined (no texture, an occlusion, a false
 * match) stays where the matcher put it, and is not counted as refined.
 */
import Flatbush from 'flatbush';
import { type Points, pickPoints } from '../geometry/coordinates.ts';
import { createBreaks, type RefinementContext } from './breaks.ts';
import type { GreyPicture } from './greyPicture.ts';
import { type AlignmentLimits, coarseLevel, createLimitedAligner, fineLevel } from './levels.ts';
import { createMapReader } from './localMap.ts';
import type { PatchMap } from './patchMap.ts';

/** N matches in pixels of two pictures of about the size that the matcher saw. */
export interface MatchedPictures {
  readonly pictures: readonly [GreyPicture, GreyPicture];
  readonly keypoints0: Points<'input'>;
  readonly keypoints1: Points<'input'>;
}

export interface RefinedMatches {
  /** Of the second picture; those of the first stay. */
  readonly keypoints1: Points<'input'>;
  /** How the surroundings of a match lie where it was refined, null where it was not. */
  readonly maps: readonly (PatchMap | null)[];
}

/** What counts as refined; chosen on drawn pairs of photographs. */
const LIMITS: AlignmentLimits = {
  leastCorrelation: 0.75,
  largestDeviationPx: Number.POSITIVE_INFINITY,
  farthestPx: 5,
  area: [0.4, 2.5],
};
const LEAST_AGREEMENT = 0.4;
/** Asked of refined neighbours, who place a match as well as they turn it. */
const LEAST_REFINED_AGREEMENT = 0.6;
const LEAST_REFINED = 12;

/**
 * Twice over the matches: first from how their neighbours lie, then those that were left from how refined neighbours
 * do, which also say where to begin.
 *
 * @throws the signal's abort reason between slices
 */
export async function refineMatches(
  { pictures, keypoints0, keypoints1 }: MatchedPictures,
  context: RefinementContext,
): Promise<RefinedMatches> {
  const count = keypoints0.length / 2;
  const places = keypoints1.slice() as Points<'input'>;
  const maps = Array.from<PatchMap | null>({ length: count }).fill(null);
  if (count === 0) return { keypoints1: places, maps };
  const align = createLimitedAligner(pictures, [coarseLevel, fineLevel], LIMITS);
  const mayBreak = createBreaks(context);

  async function pass(
    known: readonly number[],
    leastAgreement: number,
    fromNeighbours: boolean,
    shareOf: readonly [from: number, to: number],
  ): Promise<void> {
    const readMap = createMapReader(neighbourhoodOf(keypoints0, places, known));
    // Of this pass, so that no match depends on which of its neighbours came before it.
    const found: [k: number, map: PatchMap][] = [];
    for (let k = 0; k < count; k++) {
      await mayBreak(shareOf[0] + (shareOf[1] - shareOf[0]) * (k / count));
      if (maps[k]) continue;
      const [x0, y0] = [keypoints0[2 * k]!, keypoints0[2 * k + 1]!];
      const [x1, y1] = [keypoints1[2 * k]!, keypoints1[2 * k + 1]!];
      const local = readMap(x0, y0);
      if (!local || local.agreement < leastAgreement) continue;
      if (!fromNeighbours) local.map.set([x1, y1]);
      else if (Math.hypot(local.map[0]! - x1, local.map[1]! - y1) > LIMITS.farthestPx) continue;
      if (align(x0, y0, local.map) !== null) found.push([k, local.map]);
    }
    for (const [k, map] of found) {
      places.set(map.subarray(0, 2), 2 * k);
      maps[k] = map;
    }
  }

  await pass([...maps.keys()], LEAST_AGREEMENT, false, [0, 0.7]);
  const anchors = [...maps.keys()].filter((k) => maps[k]);
  if (anchors.length >= LEAST_REFINED) await pass(anchors, LEAST_REFINED_AGREEMENT, true, [0.7, 1]);
  context.report(1);
  return { keypoints1: places, maps };
}

/** @param known indices of the matches, at least one */
function neighbourhoodOf(keypoints0: Points<'input'>, keypoints1: Points<'input'>, known: readonly number[]) {
  const [known0, known1] = [pickPoints(keypoints0, known), pickPoints(keypoints1, known)];
  const index = new Flatbush(known.length);
  for (const n of known.keys()) index.add(known0[2 * n]!, known0[2 * n + 1]!);
  index.finish();
  return { keypoints0: known0, keypoints1: known1, index };
}
