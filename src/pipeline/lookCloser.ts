/** Refined matches once more, at more pixels of the photos than the matcher saw: photo pixels in, photo pixels out. */
import { applyAffine, invertAffine, type Points } from '../geometry/coordinates.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import type { RefinementContext } from '../refine/breaks.ts';
import type { PatchMap } from '../refine/patchMap.ts';
import { refineCloser } from '../refine/refineCloser.ts';
import { contentOf, prepareGrey } from './greyInput.ts';
import type { PairPhoto } from './pairPhoto.ts';

/** Times the size of the input at most: each doubling takes four times the memory, and photos seldom are sharp to the pixel. */
const MOST_CLOSER = 2;
/** Some 200 megabytes of blurred pictures and slopes. */
const LARGEST_LONG_EDGE = 2560;
/** Less shows nothing new. */
const LEAST_CLOSER = 1.3;

export interface MappedMatches {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  /** How the surroundings of a match lie, between pixels of the inputs; null where it was not refined. */
  readonly maps: readonly (PatchMap | null)[];
}

/**
 * @param inputs what the matches were refined with
 * @returns places in photo 1: the same where a match was not refined, where it looks other from nearby, and everywhere where the
 *   photos have no more pixels
 * @throws the signal's abort reason
 */
export async function lookCloser(
  photos: readonly [PairPhoto, PairPhoto],
  inputs: readonly [PreparedInput, PreparedInput],
  { keypoints0, keypoints1, maps }: MappedMatches,
  context: RefinementContext,
): Promise<Points<'photo'>> {
  const longEdges = [0, 1].map((side) => closerLongEdge(photos[side]!, inputs[side]!)) as [number, number];
  const [enlargement0, enlargement1] = longEdges.map(
    (longEdge, side) => longEdge / longEdgeOf(inputs[side]!.content),
  ) as [number, number];
  if (Math.min(enlargement0, enlargement1) < LEAST_CLOSER) return keypoints1;
  const closer = await prepareGrey(photos, longEdges, context.signal);
  const places = await refineCloser(
    {
      pictures: [contentOf(closer[0]), contentOf(closer[1])],
      keypoints0: applyAffine(invertAffine(closer[0].inputToPhoto), keypoints0),
      keypoints1: applyAffine(invertAffine(closer[1].inputToPhoto), keypoints1),
    },
    maps.map((map) => map?.map((entry) => (entry * enlargement1) / enlargement0) ?? null),
    context,
  );
  const moved = keypoints1.slice() as Points<'photo'>;
  for (const [k, place] of places.entries()) {
    if (!place) continue;
    moved.set(applyAffine(closer[1].inputToPhoto, Float32Array.from(place) as Points<'input'>), 2 * k);
  }
  return moved;
}

function closerLongEdge(photo: PairPhoto, { content }: PreparedInput): number {
  return Math.min(MOST_CLOSER * longEdgeOf(content), longEdgeOf(photo), LARGEST_LONG_EDGE);
}

function longEdgeOf({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.max(width, height);
}
