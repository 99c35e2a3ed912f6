/** Least squares matching of a pair's matches, and of their neighbours: photo pixels in, photo pixels out. */
import type { MergedMatches } from '../augment/mergeMatches.ts';
import { applyAffine, invertAffine, orderFalling, type Points, pickPoints } from '../geometry/coordinates.ts';
import { comparableLongEdge } from '../preprocess/fitInput.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import type { RefinementContext } from '../refine/breaks.ts';
import { type Propagation, propagateMatches } from '../refine/propagateMatches.ts';
import { type RefinedMatches, refineMatches } from '../refine/refineMatches.ts';
import { verifiedConfidence } from '../refine/verifiedConfidence.ts';
import { contentOf, greyInput, prepareGrey } from './greyInput.ts';
import { lookCloser, type MappedMatches } from './lookCloser.ts';
import type { MatchSettings, PairMatches } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';

type FoundMatches = Omit<MergedMatches, 'added'>;
export type RefinedPair = FoundMatches & Pick<PairMatches, 'refined' | 'propagated'>;
type MappedPair = RefinedPair & MappedMatches;

/** Of the time, when matches are refined and when they are propagated. */
const [REFINED_AT, PROPAGATED_AT] = [0.6, 0.75];

/**
 * Looks at the photos at the long edge of the run, and then as closely as they allow; not at the run's preprocessing: what
 * equalises contrast tile by tile moves edges of brightness.
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
  { signal, report }: RefinementContext,
): Promise<RefinedPair> {
  const part = (from: number, to: number): RefinementContext => ({
    signal,
    report: (fraction) => report(from + (to - from) * fraction),
  });
  const longEdge = comparableLongEdge(photos, settings.longEdge, greyInput.multipleOf);
  const inputs = await prepareGrey(photos, [longEdge, longEdge], signal);
  const [input0, input1] = inputs;
  const matched = {
    pictures: [contentOf(input0), contentOf(input1)],
    keypoints0: applyAffine(invertAffine(input0.inputToPhoto), matches.keypoints0),
    keypoints1: applyAffine(invertAffine(input1.inputToPhoto), matches.keypoints1),
    confidence: matches.confidence,
  } as const;
  const refined = await refineMatches(matched, part(0, REFINED_AT));
  const all =
    settings.refinement === 'propagation'
      ? withPropagated(
          matches,
          await propagateMatches(matched, refined, part(REFINED_AT, PROPAGATED_AT)),
          inputs,
        )
      : withRefined(matches, refined, input1);
  const keypoints1 = await lookCloser(photos, inputs, all, part(PROPAGATED_AT, 1));
  report(1);
  return ordered({ ...all, keypoints1 });
}

/** What was not refined keeps its place and confidence to the last bit. */
function withRefined(
  matches: FoundMatches,
  { keypoints1, maps }: RefinedMatches,
  input1: PreparedInput,
): MappedPair & { readonly refined: Uint8Array } {
  const moved = applyAffine(input1.inputToPhoto, keypoints1);
  for (const [k, map] of maps.entries()) {
    if (!map) moved.set(matches.keypoints1.subarray(2 * k, 2 * k + 2), 2 * k);
  }
  return {
    ...matches,
    keypoints1: moved,
    confidence: matches.confidence.map((value, k) => (maps[k] ? verifiedConfidence(value) : value)),
    refined: Uint8Array.from(maps, (map) => (map ? 1 : 0)),
    maps,
  };
}

/** Each is counted for the view that the match behind it came from. */
function withPropagated(
  matches: FoundMatches,
  { propagated, ...all }: Propagation,
  [input0, input1]: readonly [PreparedInput, PreparedInput],
): MappedPair {
  const refined = withRefined(matches, all, input1);
  const { origin } = propagated;
  const flags = (first: Uint8Array, rest: (k: number) => number) =>
    Uint8Array.from([...first, ...Array.from(origin, rest)]);
  const keypoints0 = applyAffine(input0.inputToPhoto, propagated.keypoints0);
  const keypoints1 = applyAffine(input1.inputToPhoto, propagated.keypoints1);
  return {
    keypoints0: joined(refined.keypoints0, keypoints0) as Points<'photo'>,
    keypoints1: joined(refined.keypoints1, keypoints1) as Points<'photo'>,
    confidence: joined(refined.confidence, propagated.confidence),
    view: flags(refined.view, (k) => refined.view[k]!),
    support: flags(refined.support, () => 1),
    refined: flags(refined.refined, () => 1),
    propagated: flags(new Uint8Array(refined.confidence.length), () => 1),
    maps: [...refined.maps, ...propagated.maps],
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

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const all = new Float32Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
