/**
 * The only place that composes the stages: photos -> preprocess -> matcher -> photo pixels. The page's worker
 * and the terminal both call it, so both give the same matches for the same settings.
 */
import { type Affine, applyAffine, type Points } from '../geometry/coordinates.ts';
import { sampleMatches } from '../matchers/dkm/sampleMatches.ts';
import type { DenseSampling, InputMatches, Matcher } from '../matchers/matcher.ts';
import { fitSharedCanvas, type SharedCanvas } from '../preprocess/fitInput.ts';
import type { PreparedInput } from '../preprocess/prepareInput.ts';
import type { ProgressPlan, ProgressStep } from '../reporting/progress.ts';
import type { ExecutionProvider } from '../runtime/session.ts';
import type { PairDense } from './pairDense.ts';
import type { MatchSettings, PairMatches } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';

export interface MatchPairContext {
  readonly provider: ExecutionProvider;
  readonly weights: { readonly id: string; readonly sha256: string };
  readonly signal: AbortSignal;
  /** A plan that has the steps decode, build, compile, features, coarse and fine. */
  readonly progress: ProgressPlan;
}

/**
 * @returns matches in photo pixels, by falling confidence; none is a result, not an error
 * @throws CovisError of the stage that failed, or the signal's abort reason between steps
 */
export async function matchPair(
  photo0: PairPhoto,
  photo1: PairPhoto,
  matcher: Matcher,
  settings: MatchSettings,
  context: MatchPairContext,
): Promise<PairMatches> {
  const { signal, progress } = context;
  const timingsMs: Partial<Record<ProgressStep | 'total', number>> = {};
  const time = (step: ProgressStep, milliseconds: number) => {
    timingsMs[step] = (timingsMs[step] ?? 0) + milliseconds;
  };
  const start = performance.now();

  progress.report('decode', 0);
  const canvas = sharedCanvasOf(photo0, photo1, matcher, settings);
  const prepared0 = await photo0.prepare(matcher.requirements, settings, signal, canvas);
  progress.report('decode', 0.5);
  const prepared1 = await photo1.prepare(matcher.requirements, settings, signal, canvas);
  time('decode', performance.now() - start);
  signal.throwIfAborted();

  const found = await matcher.match(prepared0.picture, prepared1.picture, {
    signal,
    report: (step, fraction) => progress.report(step, fraction),
    time,
    ...(settings.samples !== undefined && { sampling: samplingOf(settings.samples) }),
  });
  const areas = [prepared0, prepared1] as const;
  const inPhotos = toPhotoPixels(found, areas);
  const count = inPhotos.confidence.length;
  timingsMs.total = performance.now() - start;
  return {
    settings,
    weights: context.weights,
    ...inPhotos,
    view: new Uint8Array(count),
    support: new Uint8Array(count).fill(1),
    viewReports: [
      { view: 'original', found: count, added: count, milliseconds: timingsMs.total, failure: null },
    ],
    inputSize: [
      [prepared0.picture.width, prepared0.picture.height],
      [prepared1.picture.width, prepared1.picture.height],
    ],
    provider: context.provider,
    precision: matcher.precision,
    ...(found.dense && { dense: keepDense(found.dense, areas) }),
    timingsMs,
  };
}

/**
 * Other matches drawn from the same dense ones, as if the run had asked for them.
 *
 * @param matches of a matcher that matches every point
 */
export function drawAgain(matches: PairMatches, samples: number): PairMatches {
  const { dense } = matches;
  if (!dense) throw new RangeError(`The matcher "${matches.settings.matcher}" gives no dense matches.`);
  const areas = [0, 1].map((side) => ({
    inputToPhoto: dense.inputToPhoto[side]!,
    content: dense.content[side]!,
  })) as unknown as readonly [PhotoArea, PhotoArea];
  const inPhotos = toPhotoPixels(sampleMatches(dense.matches, samplingOf(samples)), areas);
  return {
    ...matches,
    settings: { ...matches.settings, samples },
    ...inPhotos,
    view: new Uint8Array(inPhotos.confidence.length),
    support: new Uint8Array(inPhotos.confidence.length).fill(1),
  };
}

/** One seed for all runs: the same settings draw the same matches. */
function samplingOf(count: number): DenseSampling {
  return { count, seed: 0 };
}

function sharedCanvasOf(
  photo0: PairPhoto,
  photo1: PairPhoto,
  { requirements }: Matcher,
  { longEdge }: MatchSettings,
): SharedCanvas | undefined {
  if (!requirements.sharedCanvas) return undefined;
  const { fineScale } = requirements.sharedCanvas;
  return fitSharedCanvas([photo0, photo1], longEdge, requirements.multipleOf, fineScale);
}

/** Where a photo lies in its input. */
type PhotoArea = Pick<PreparedInput, 'inputToPhoto' | 'content'>;

function keepDense(
  matches: PairDense['matches'],
  [area0, area1]: readonly [PhotoArea, PhotoArea],
): PairDense {
  return {
    matches,
    inputToPhoto: [area0.inputToPhoto, area1.inputToPhoto],
    content: [area0.content, area1.content],
  };
}

/** Drops what lies in the padding, sorts by falling confidence (ties by order), and maps to photo pixels. */
function toPhotoPixels(matches: InputMatches, [area0, area1]: readonly [PhotoArea, PhotoArea]) {
  const { keypoints0, keypoints1, confidence } = matches;
  const kept: number[] = [];
  for (let k = 0; k < confidence.length; k++) {
    if (isInContent(keypoints0, k, area0) && isInContent(keypoints1, k, area1)) kept.push(k);
  }
  kept.sort((a, b) => confidence[b]! - confidence[a]! || a - b);
  return {
    keypoints0: mapPoints(keypoints0, kept, area0.inputToPhoto),
    keypoints1: mapPoints(keypoints1, kept, area1.inputToPhoto),
    confidence: Float32Array.from(kept, (k) => confidence[k]!),
  };
}

/** Half a pixel of grace: the photo's area ends at the outer edge of its last pixel. */
function isInContent(points: Points<'input'>, k: number, { content }: PhotoArea): boolean {
  const [x, y] = [points[2 * k]!, points[2 * k + 1]!];
  return x >= -0.5 && y >= -0.5 && x < content.width - 0.5 && y < content.height - 0.5;
}

function mapPoints(
  points: Points<'input'>,
  kept: readonly number[],
  inputToPhoto: Affine<'input', 'photo'>,
): Points<'photo'> {
  const selected = new Float32Array(2 * kept.length) as Points<'input'>;
  kept.forEach((k, position) => {
    selected[2 * position] = points[2 * k]!;
    selected[2 * position + 1] = points[2 * k + 1]!;
  });
  return applyAffine(inputToPhoto, selected);
}
