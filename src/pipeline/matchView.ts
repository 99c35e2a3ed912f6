/** One view of a pair through the matcher and back to photo pixels: preprocess -> matcher -> photo pixels. */
import type { Alignment } from '../augment/alignPhotos.ts';
import { type Framing, framedExtent, type QuarterTurns, turnOf } from '../augment/framing.ts';
import type { PhotoMatches } from '../augment/mergeMatches.ts';
import type { ViewPlan } from '../augment/views.ts';
import { applyAffine, liesWithin, pickPoints } from '../geometry/coordinates.ts';
import { sampleCounts } from '../matchers/dkm/sampleMatches.ts';
import type {
  DenseMatches,
  DenseSampling,
  InputMatches,
  InputRequirements,
  Matcher,
  MatchingContext,
} from '../matchers/matcher.ts';
import {
  comparableLongEdge,
  type Extent,
  fitSharedCanvas,
  leastLongEdge,
  type SharedCanvas,
} from '../preprocess/fitInput.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import type { ProgressPlan, ProgressStep } from '../reporting/progress.ts';
import type { ViewDense } from './mergeDense.ts';
import type { PairDense } from './pairDense.ts';
import type { MatchSettings, Size } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';

export interface MatchViewContext {
  readonly signal: AbortSignal;
  /** A plan that has the steps decode, build, compile, features, coarse and fine. */
  readonly progress: ProgressPlan;
  /** Adds to the milliseconds of a step. */
  readonly time: (step: ProgressStep, milliseconds: number) => void;
}

/** What is told where the view is too large, by the long edge that would fit. */
type AdviseSize = NonNullable<MatchingContext['adviseSize']>;

/** By falling confidence. */
export interface ViewMatches extends PhotoMatches {
  /** How far the second photo was turned to be shown, clockwise. */
  readonly turn: QuarterTurns;
  /** What the second photo was warped by to be shown; null where it was not. */
  readonly alignment: Alignment | null;
  /** Sizes of the network inputs, photo 0 first. */
  readonly inputSize: readonly [Size, Size];
  /** Photo pixels along an input pixel, photo 0 first. */
  readonly photoPxPerInputPx: readonly [number, number];
  readonly dense: ViewDense | null;
}

/** How many matches of a view its matcher takes to be right. */
export function totalConfidence({ confidence }: Pick<ViewMatches, 'confidence'>): number {
  return confidence.reduce((sum, value) => sum + value, 0);
}

/**
 * @throws CovisError of the stage that failed, or the signal's abort reason between steps
 */
export async function matchView(
  photos: readonly [PairPhoto, PairPhoto],
  plan: ViewPlan,
  matcher: Matcher,
  settings: MatchSettings,
  { signal, progress, time }: MatchViewContext,
  adviseSize: AdviseSize,
): Promise<ViewMatches> {
  progress.report('decode', 0);
  const start = performance.now();
  const { requirements } = matcher;
  const shown = (side: 0 | 1) => framedExtent(photos[side], plan.framings[side] satisfies Framing);
  const extents = [shown(0), shown(1)] as const;
  const longEdge = comparableLongEdge(extents, plan.longEdge, requirements.multipleOf);
  const canvas = sharedCanvasOf(extents, longEdge, requirements);
  const longEdges = scaledLongEdges(plan, extents, longEdge, requirements);
  const prepare = (side: 0 | 1): Promise<PreparedInput> =>
    photos[side].prepare(
      requirements,
      { ...settings, longEdge: longEdges[side] },
      signal,
      canvas,
      plan.framings[side],
    );
  const prepared0 = await prepare(0);
  progress.report('decode', 0.5);
  const prepared1 = await prepare(1);
  time('decode', performance.now() - start);
  signal.throwIfAborted();

  const areas = inOrder(plan, prepared0, prepared1);
  const found = await matcher.match(areas[0].picture, areas[1].picture, {
    signal,
    report: (step, fraction) => progress.report(step, fraction),
    time,
    adviseSize,
    ...(settings.samples !== undefined && { sampling: samplingOf(settings.samples, plan.sampleShare) }),
  });
  const { keypoints0, keypoints1, confidence } = toPhotoPixels(found, areas);
  const [ofPhoto0, ofPhoto1] = inOrder(plan, keypoints0, keypoints1);
  return {
    keypoints0: ofPhoto0,
    keypoints1: ofPhoto1,
    confidence,
    turn: turnOf(plan.framings[1]),
    alignment: null,
    inputSize: [sizeOf(prepared0), sizeOf(prepared1)],
    photoPxPerInputPx: [lengthScale(prepared0), lengthScale(prepared1)],
    dense: found.dense
      ? { dense: inPairOrder(plan, found.dense, prepared0, prepared1), toPhoto1: null }
      : null,
  };
}

/** One seed for all runs: the same settings draw the same matches. */
export function samplingOf(samples: number, share = 1): DenseSampling {
  return { count: Math.max(sampleCounts.least, Math.round(share * samples)), seed: 0 };
}

/** What is of photo 0 and of photo 1 as the matcher sees them, or back. */
function inOrder<T>({ swapped }: ViewPlan, of0: T, of1: T): readonly [T, T] {
  return swapped ? [of1, of0] : [of0, of1];
}

/** Of each photo. One that is shown smaller than the view fills a cell still. */
function scaledLongEdges(
  { scales }: ViewPlan,
  extents: readonly [Extent, Extent],
  longEdge: number,
  { multipleOf }: InputRequirements,
): readonly [number, number] {
  const scaled = (side: 0 | 1) =>
    scales[side] === 1
      ? longEdge
      : Math.max(leastLongEdge(extents[side], multipleOf), Math.round(scales[side] * longEdge));
  return [scaled(0), scaled(1)];
}

function sharedCanvasOf(
  extents: readonly [Extent, Extent],
  longEdge: number,
  { multipleOf, sharedCanvas }: InputRequirements,
): SharedCanvas | undefined {
  if (!sharedCanvas) return undefined;
  return fitSharedCanvas(extents, longEdge, multipleOf, sharedCanvas.fineScale);
}

function sizeOf({ picture }: PreparedInput): Size {
  return [picture.width, picture.height];
}

function lengthScale({ inputToPhoto: [a, b] }: PreparedInput): number {
  return Math.hypot(a, b);
}

/** Where a photo lies in its input. */
export type PhotoArea = Pick<PreparedInput, 'inputToPhoto' | 'content'>;

function inPairOrder(plan: ViewPlan, matches: DenseMatches, area0: PhotoArea, area1: PhotoArea): PairDense {
  const [warp0, warp1] = inOrder(plan, matches.warp0, matches.warp1);
  const [certainty0, certainty1] = inOrder(plan, matches.certainty0, matches.certainty1);
  return {
    matches: { ...matches, warp0, warp1, certainty0, certainty1 },
    inputToPhoto: [area0.inputToPhoto, area1.inputToPhoto],
    content: [area0.content, area1.content],
  };
}

/** Drops what lies in the padding, sorts by falling confidence (ties by order), and maps to photo pixels. */
export function toPhotoPixels(
  matches: InputMatches,
  [area0, area1]: readonly [PhotoArea, PhotoArea],
): PhotoMatches {
  const { keypoints0, keypoints1, confidence } = matches;
  const kept: number[] = [];
  for (let k = 0; k < confidence.length; k++) {
    if (liesWithin(keypoints0, k, area0.content) && liesWithin(keypoints1, k, area1.content)) kept.push(k);
  }
  kept.sort((a, b) => confidence[b]! - confidence[a]! || a - b);
  return {
    keypoints0: applyAffine(area0.inputToPhoto, pickPoints(keypoints0, kept)),
    keypoints1: applyAffine(area1.inputToPhoto, pickPoints(keypoints1, kept)),
    confidence: Float32Array.from(kept, (k) => confidence[k]!),
  };
}
