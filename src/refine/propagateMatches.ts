/**
 * From refined matches to their neighbours: how the surroundings of a match lie says where the next point lies, least
 * squares matching whether it does, and what is found so hands on how its own surroundings lie (Lhuillier and Quan,
 * "Match propagation for image-based modeling and rendering", PAMI 2002; from affine maps: Ferrari, Tuytelaars, Van
 * Gool, "Simultaneous object recognition and segmentation from single or multiple model views", IJCV 2006). A false
 * match seldom has neighbours that it explains, so true ones become more and false ones do not.
 */
import FlatQueue from 'flatqueue';
import type { Points } from '../geometry/coordinates.ts';
import { createBreaks, type RefinementContext } from './breaks.ts';
import { contains } from './greyPicture.ts';
import { type AlignmentLimits, createLimitedAligner, fineLevel } from './levels.ts';
import type { PatchMap } from './patchMap.ts';
import { createPropagationGrid } from './propagationGrid.ts';
import type { MatchedPictures, RefinedMatches } from './refineMatches.ts';
import { verifiedConfidence } from './verifiedConfidence.ts';

/** M matches that no network found. */
export interface PropagatedMatches {
  readonly keypoints0: Points<'input'>;
  readonly keypoints1: Points<'input'>;
  /** No more than that of the match each of them was reached from, nor than how alike both surroundings are. */
  readonly confidence: Float32Array;
  /** Index of the refined match that each of them goes back to. */
  readonly origin: Uint32Array;
  /** How the surroundings of each of them lie. */
  readonly maps: readonly PatchMap[];
}

export interface Propagation extends RefinedMatches {
  readonly propagated: PropagatedMatches;
}

/** What counts as found; chosen on drawn pairs of photographs. Noise alone has places too, but none alike. */
const LIMITS: AlignmentLimits = {
  leastCorrelation: 0.8,
  largestDeviationPx: 0.3,
  farthestPx: 2,
  area: [0.7, 1.4],
};
/** A match that the network has at a point is taken for refined where it lay this near. */
const FARTHEST_OF_MATCH_PX = 5;

/** Where matches are handed on from. */
interface Reached {
  readonly x: number;
  readonly y: number;
  readonly map: PatchMap;
  readonly confidence: number;
  readonly origin: number;
}

/**
 * The surest first. Where the network has a match that was not refined, its own point is tried instead of one of the
 * grid: if it lies near what is found, it is refined by that, and if not, both are kept.
 *
 * @param confidence the matcher's, one a match
 * @throws the signal's abort reason between slices
 */
export async function propagateMatches(
  { pictures, keypoints0, keypoints1, confidence }: MatchedPictures & { readonly confidence: Float32Array },
  before: RefinedMatches,
  context: RefinementContext,
): Promise<Propagation> {
  const grid = createPropagationGrid(pictures[0]);
  /** The surest match of each cell that was not refined. */
  const waiting = new Map<number, number>();
  const places = before.keypoints1.slice() as Points<'input'>;
  const maps = before.maps.slice();
  const added: Reached[] = [];
  const queue = new FlatQueue<Reached>();
  const align = createLimitedAligner(pictures, [fineLevel], LIMITS);
  const mayBreak = createBreaks(context);

  for (const [k, map] of before.maps.entries()) {
    const [x, y] = [keypoints0[2 * k]!, keypoints0[2 * k + 1]!];
    const cell = grid.cellAt(x, y);
    if (map) {
      grid.settle(cell);
      const sure = verifiedConfidence(confidence[k]!);
      queue.push({ x, y, map, confidence: sure, origin: k }, -sure);
    } else if (!waiting.has(cell) || confidence[k]! > confidence[waiting.get(cell)!]!) {
      waiting.set(cell, k);
    }
  }

  let settled = queue.length;
  for (let from = queue.pop(); from; from = queue.pop()) {
    await mayBreak(Math.min(1, settled / grid.cells));
    for (const cell of grid.openAround(from.x, from.y)) {
      grid.attempt(cell);
      const match = waiting.get(cell);
      const [x, y] =
        match === undefined ? grid.pointOf(cell) : [keypoints0[2 * match]!, keypoints0[2 * match + 1]!];
      const map = mapAt(from, x, y);
      if (!contains(pictures[1], map[0]!, map[1]!)) continue;
      const correlation = align(x, y, map);
      if (correlation === null) continue;
      grid.settle(cell);
      settled++;
      let found: Reached;
      if (match !== undefined && distanceTo(keypoints1, match, map) <= FARTHEST_OF_MATCH_PX) {
        places.set(map.subarray(0, 2), 2 * match);
        maps[match] = map;
        found = { x, y, map, confidence: verifiedConfidence(confidence[match]!), origin: match };
      } else {
        found = { x, y, map, confidence: Math.min(from.confidence, correlation), origin: from.origin };
        added.push(found);
      }
      queue.push(found, -found.confidence);
    }
  }
  context.report(1);
  return {
    keypoints1: places,
    maps,
    propagated: {
      keypoints0: Float32Array.from(added.flatMap(({ x, y }) => [x, y])) as Points<'input'>,
      keypoints1: Float32Array.from(added.flatMap(({ map }) => [map[0]!, map[1]!])) as Points<'input'>,
      confidence: Float32Array.from(added, (match) => match.confidence),
      origin: Uint32Array.from(added, ({ origin }) => origin),
      maps: added.map(({ map }) => map),
    },
  };
}

/** The same map, around another point of picture 0. */
function mapAt(from: Reached, x: number, y: number): PatchMap {
  const [u, v] = [x - from.x, y - from.y];
  const map = from.map.slice();
  map[0]! += map[2]! * u + map[3]! * v;
  map[1]! += map[4]! * u + map[5]! * v;
  return map;
}

function distanceTo(keypoints: Points<'input'>, k: number, map: PatchMap): number {
  return Math.hypot(keypoints[2 * k]! - map[0]!, keypoints[2 * k + 1]! - map[1]!);
}
