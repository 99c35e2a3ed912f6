/** Least squares matching of a pair's matches, and of their neighbours: photo pixels in, photo pixels out. */
import type { MergedMatches } from '../augment/mergeMatches.ts';
import { applyAffine, invertAffine, orderFalling, type Points, pickPoints } from '../geometry/coordinates.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import { comparableLongEdge } from '../preprocess/fitInput.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import type { RefinementContext } from '../refine/breaks.ts';
import { crop, type GreyPicture } from '../refine/greyPicture.ts';
import { type PropagatedMatches, propagateMatches } from '../refine/propagateMatches.ts';
import { type RefinedMatches, refineMatches } from '../refine/refineMatches.ts';
import { verifiedConfidence } from '../refine/verifiedConfidence.ts';
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
 * @returns matches by falling confidence, which is higher where a match was refined; places in photo 0 stay, and so do
 *   those in photo 1 that are not refined
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
  const { signal, report } = context;
  const isPropagating = settings.refinement === 'propagation';
  const refined = await refineMatches(matched, {
    signal,
    report: (fraction) => report(isPropagating ? REFINING_SHARE * fraction : fraction),
  });
  if (!isPropagating) return ordered(withRefined(matches, refined, input1));
  const { propagated, ...all } = await propagateMatches(matched, refined, {
    signal,
    report: (fraction) => report(REFINING_SHARE + (1 - REFINING_SHARE) * fraction),
  });
  return ordered(
    withPropagated(withRefined(matches, all, input1), {
      ...propagated,
      keypoints0: applyAffine(input0.inputToPhoto, propagated.keypoints0),
      keypoints1: applyAffine(input1.inputToPhoto, propagated.keypoints1),
    }),
  );
}

/** Without the padding, which is no place for a match. */
function contentOf({ picture, content }: PreparedInput): GreyPicture {
  return crop(picture, Math.round(content.width), Math.round(content.height));
}

/** What was not refined keeps its place and confidence to the last bit. */
function withRefined(
  matches: FoundMatches,
  { keypoints1, refined }: Pick<RefinedMatches, 'keypoints1' | 'refined'>,
  input1: PreparedInput,
): FoundMatches & { readonly refined: Uint8Array } {
  const moved = applyAffine(input1.inputToPhoto, keypoints1);
  for (const [k, isRefined] of refined.entries()) {
    if (isRefined === 0) moved.set(matches.keypoints1.subarray(2 * k, 2 * k + 2), 2 * k);
  }
  return {
    ...matches,
    keypoints1: moved,
    confidence: matches.confidence.map((value, k) => (refined[k] === 1 ? verifiedConfidence(value) : value)),
    refined,
  };
}

/** Each is counted for the view that the match behind it came from. */
function withPropagated(
  matches: FoundMatches & { readonly refined: Uint8Array },
  { keypoints0, keypoints1, confidence, origin }: InPhotos<PropagatedMatches>,
): RefinedPair {
  const found = matches.confidence.length;
  const flags = (first: Uint8Array, rest: (k: number) => number) =>
    Uint8Array.from([...first, ...Array.from(origin, rest)]);
  return {
    keypoints0: joined(matches.keypoints0, keypoints0) as Points<'photo'>,
    keypoints1: joined(matches.keypoints1, keypoints1) as Points<'photo'>,
    confidence: joined(matches.confidence, confidence),
    view: flags(matches.view, (k) => matches.view[k]!),
    support: flags(matches.support, () => 1),
    refined: flags(matches.refined, () => 1),
    propagated: flags(new Uint8Array(found), () => 1),
  };
}

/** By falling confidence; ties keep their order. */
function ordered(matches: RefinedPair): RefinedPair {
  const { confidence, view, support, refined, propagated } = matches;
  const order = orderFalling(confidence);
  const pick = (column: Uint8Array) => Uint8Array.from(order, (k) => column[k]!);
  return {
    keypoints0: pickPoints(matches.keypoints0, order),
    keypoints1: pickPoints(matches.keypoints1, order),
    confidence: Float32Array.from(order, (k) => confidence[k]!),
    view: pick(view),
    support: pick(support),
    ...(refined && { refined: pick(refined) }),
    ...(propagated && { propagated: pick(propagated) }),
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
