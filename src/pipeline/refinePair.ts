/** Least squares matching of a pair's matches: photo pixels in, photo pixels out. */
import type { PhotoMatches } from '../augment/mergeMatches.ts';
import { applyAffine, invertAffine } from '../geometry/coordinates.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import { comparableLongEdge } from '../preprocess/fitInput.ts';
import { type RefinedMatches, type RefinementContext, refineMatches } from '../refine/refineMatches.ts';
import type { MatchSettings } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';

/** Grey from 0 to 1: the very input that a LoFTR has of the photo, which need not be prepared again. */
const greyInput: InputRequirements = { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] };

/**
 * Looks at the photos at the long edge of the run, not at its preprocessing: what equalises contrast tile by tile moves
 * edges of brightness.
 *
 * @returns places in photo 1; those in photo 0 stay
 * @throws the signal's abort reason
 */
export async function refinePair(
  photos: readonly [PairPhoto, PairPhoto],
  { keypoints0, keypoints1 }: PhotoMatches,
  settings: MatchSettings,
  context: RefinementContext,
): Promise<Pick<PhotoMatches, 'keypoints1'> & Pick<RefinedMatches, 'refined'>> {
  const longEdge = comparableLongEdge(photos, settings.longEdge, greyInput.multipleOf);
  const [input0, input1] = await Promise.all(
    photos.map((photo) => photo.prepare(greyInput, { longEdge }, context.signal)),
  );
  const refined = await refineMatches(
    {
      pictures: [input0!.picture, input1!.picture],
      keypoints0: applyAffine(invertAffine(input0!.inputToPhoto), keypoints0),
      keypoints1: applyAffine(invertAffine(input1!.inputToPhoto), keypoints1),
    },
    context,
  );
  const moved = applyAffine(input1!.inputToPhoto, refined.keypoints1);
  // What was not refined keeps its place to the last bit.
  for (const [k, isRefined] of refined.refined.entries()) {
    if (isRefined === 0) moved.set(keypoints1.subarray(2 * k, 2 * k + 2), 2 * k);
  }
  return { keypoints1: moved, refined: refined.refined };
}
