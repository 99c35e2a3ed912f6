/** Least squares matching of a pair's matches, and of their neighbours: photo pixels in, photo pixels out. */
import type { MergedMatches } from '../augment/mergeMatches.ts';
import { applyAffine, invertAffine, type Points, pickPoints } from '../geometry/coordinates.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import { comparableLongEdge } from '../preprocess/fitInput.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import type { RefinementContext } from '../refine/breaks.ts';
import { crop, type GreyPicture } from '../refine/greyPicture.ts';
import { type PropagatedMatches, propagateMatches } from '../refine/propagateMatches.ts';
import { refineMatches } from '../refine/refineMatches.ts';
import type { MatchSettings, PairMatches } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';

type FoundMatches = Omit<MergedMatches, 'added'>;
export type RefinedPair = FoundMatches & Pick<PairMatches, 'refined' | 'propagated'>;

/** Grey from 0 to 1: the very input that a LoFTR has of the photo, which need not be prepared again. */
const greyInput: InputRequirements = { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] };

/** Of the time, where matches are propagated as well. */
const REFINING_SHARE = 0.8;

/**
 * Looks at the photos at the long edge of the run, not at its preprocessing: what equalises contrast tile by tile moves
 * edges of brightness.
 *
 * @param matches by falling confidence
 * @returns matches by falling confidence; places in photo 0 stay, and so do those in photo 1 that are not refined
 * @throws the signal's abort reason
 */
export async function refinePair(
  photos: readonly [PairPhoto, PairPhoto],
  matches: FoundMatches,
  settings: MatchSettings,
  context: RefinementContext,
): Promise<RefinedPair> {
  const longEdge = comparableLongEdge(photos, settings.longEdge, greyInput.multipleOf);
  const [input0, input1] = (await Promise.all(
    photos.map((photo) => photo.prepare(greyInput, { longEdge }, context.signal)),
  )) as [PreparedInput, PreparedInput];
  const matched = {
    pictures: [contentOf(input0), contentOf(input1)],
    keypoints0: applyAffine(invertAffine(input0.inputToPhoto), matches.keypoints0),
    keypoints1: applyAffine(invertAffine(input1.inputToPhoto), matches.keypoints1),
    confidence: matches.confidence,
  } as const;
  const inPhotos = ({ keypoints1, refined }: { keypoints1: Points<'input'>; refined: Uint8Array }) => {
    const moved = applyAffine(input1.inputToPhoto, keypoints1);
    // What was not refined keeps its place to the last bit.
    for (const [k, isRefined] of refined.entries()) {
      if (isRefined === 0) moved.set(matches.keypoints1.subarray(2 * k, 2 * k + 2), 2 * k);
    }
    return { ...matches, keypoints1: moved, refined };
  };
  if (settings.refinement !== 'propagation') return inPhotos(await refineMatches(matched, context));
  const { signal, report } = context;
  const refined = await refineMatches(matched, {
    signal,
    report: (fraction) => report(REFINING_SHARE * fraction),
  });
  const { propagated, ...all } = await propagateMatches(matched, refined, {
    signal,
    report: (fraction) => report(REFINING_SHARE + (1 - REFINING_SHARE) * fraction),
  });
  return withPropagated(inPhotos(all), {
    ...propagated,
    keypoints0: applyAffine(input0.inputToPhoto, propagated.keypoints0),
    keypoints1: applyAffine(input1.inputToPhoto, propagated.keypoints1),
  });
}

/** Without the padding, which is no place for a match. */
function contentOf({ picture, content }: PreparedInput): GreyPicture {
  return crop(picture, Math.round(content.width), Math.round(content.height));
}

/** In their places by confidence, each counted for the view that the match behind it came from. */
function withPropagated(
  matches: FoundMatches & { readonly refined: Uint8Array },
  { keypoints0, keypoints1, confidence, origin }: InPhotos<PropagatedMatches>,
): RefinedPair {
  const found = matches.confidence.length;
  const confidences = joined(matches.confidence, confidence);
  const order = Uint32Array.from(confidences.keys()).sort(
    (a, b) => confidences[b]! - confidences[a]! || a - b,
  );
  const sources = order.map((k) => (k < found ? k : origin[k - found]!));
  return {
    keypoints0: pickPoints(joined(matches.keypoints0, keypoints0) as Points<'photo'>, order),
    keypoints1: pickPoints(joined(matches.keypoints1, keypoints1) as Points<'photo'>, order),
    confidence: Float32Array.from(order, (k) => confidences[k]!),
    view: Uint8Array.from(sources, (k) => matches.view[k]!),
    support: Uint8Array.from(order, (k) => (k < found ? matches.support[k]! : 1)),
    refined: Uint8Array.from(order, (k) => (k < found ? matches.refined[k]! : 1)),
    propagated: Uint8Array.from(order, (k) => (k < found ? 0 : 1)),
  };
}

type InPhotos<Matches> = Omit<Matches, 'keypoints0' | 'keypoints1'> & {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
};

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
