/** The photos in grey, as least squares matching compares them. */
import type { InputRequirements } from '../matchers/matcher.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import { crop, type GreyPicture } from '../refine/greyPicture.ts';
import type { PairPhoto } from './pairPhoto.ts';

/** From 0 to 1: the very input that a LoFTR has of the photo, which need not be prepared again. */
export const greyInput: InputRequirements = { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] };

/**
 * @param longEdges in input pixels, one a photo
 * @throws the signal's abort reason
 */
export async function prepareGrey(
  photos: readonly [PairPhoto, PairPhoto],
  longEdges: readonly [number, number],
  signal: AbortSignal,
): Promise<readonly [PreparedInput, PreparedInput]> {
  const [input0, input1] = await Promise.all(
    photos.map((photo, side) => photo.prepare(greyInput, { longEdge: longEdges[side]! }, signal)),
  );
  return [input0!, input1!];
}

/** Without the padding, which is no place for a match. */
export function contentOf({ picture, content }: PreparedInput): GreyPicture {
  return crop(picture, Math.round(content.width), Math.round(content.height));
}
