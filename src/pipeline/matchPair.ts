/**
 * The only place that composes the stages: photos -> views -> preprocess -> matcher -> photo pixels -> merge ->
 * refine. The page's worker and the terminal both call it, so both give the same matches for the same settings.
 */
import { type MergedMatches, mergeMatches } from '../augment/mergeMatches.ts';
import { relativeCost, type ViewId } from '../augment/views.ts';
import { sampleMatches } from '../matchers/dkm/sampleMatches.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { ProgressPlan, ProgressStep } from '../reporting/progress.ts';
import type { ExecutionProvider } from '../runtime/session.ts';
import {
  type MatchViewContext,
  type PhotoArea,
  samplingOf,
  toPhotoPixels,
  type ViewMatches,
} from './matchView.ts';
import { mergeDense } from './mergeDense.ts';
import type { PairDense } from './pairDense.ts';
import { canDrawAgain, type MatchSettings, type PairMatches } from './pairMatches.ts';
import type { PairPhoto } from './pairPhoto.ts';
import { type RefinedPair, refinePair } from './refinePair.ts';
import { type PairAtHand, runView } from './runView.ts';

export interface MatchPairContext {
  readonly provider: ExecutionProvider;
  readonly weights: { readonly id: string; readonly sha256: string };
  readonly signal: AbortSignal;
  /** A plan that has the steps decode, build, compile, features, coarse and fine, and refine for a refinement. */
  readonly progress: ProgressPlan;
}

/** Matches of two views are one where they lie this near in both photos, in pixels of the first view's inputs. */
const MERGE_RADIUS = 1;

/**
 * Matches every view in turn. One that fails is reported and the others count.
 *
 * @returns matches in photo pixels, by falling confidence; none is a result, not an error
 * @throws CovisError of a view where all of them fail: the first, or the first for which a remedy is known; or the
 *   signal's abort reason between steps
 */
export async function matchPair(
  photo0: PairPhoto,
  photo1: PairPhoto,
  matcher: Matcher,
  settings: MatchSettings,
  context: MatchPairContext,
): Promise<PairMatches> {
  const start = performance.now();
  const timingsMs: Partial<Record<ProgressStep | 'total', number>> = {};
  const time = (step: ProgressStep, milliseconds: number) => {
    timingsMs[step] = (timingsMs[step] ?? 0) + milliseconds;
  };
  const outcomes = await runViews({ photos: [photo0, photo1], matcher, settings }, { ...context, time });
  const [first] = resultsOf(outcomes);
  if (!first) throw mostHelpful(outcomes);
  const [width0, width1] = first.photoPxPerInputPx;
  const { added, ...merged } = mergeMatches(
    outcomes.map(({ result }) => result ?? none),
    [MERGE_RADIUS * width0, MERGE_RADIUS * width1],
  );
  const matches = await refine([photo0, photo1], merged, settings, { ...context, time });
  const dense = mergedDense(outcomes);
  timingsMs.total = performance.now() - start;
  return {
    settings,
    weights: context.weights,
    ...matches,
    viewReports: outcomes.map(({ view, result, failure, milliseconds }, k) => ({
      view,
      found: result?.confidence.length ?? 0,
      added: added[k]!,
      milliseconds,
      failure: failure?.toReport() ?? null,
    })),
    inputSize: first.inputSize,
    provider: context.provider,
    precision: matcher.precision,
    ...(dense && { dense }),
    timingsMs,
  };
}

async function refine(
  photos: readonly [PairPhoto, PairPhoto],
  matches: Omit<MergedMatches, 'added'>,
  settings: MatchSettings,
  { signal, progress, time }: MatchViewContext,
): Promise<RefinedPair> {
  if (!settings.refinement) return matches;
  const start = performance.now();
  progress.report('refine', 0);
  const refined = await refinePair(photos, matches, settings, {
    signal,
    report: (fraction) => progress.report('refine', fraction),
  });
  time('refine', performance.now() - start);
  return refined;
}

interface ViewOutcome {
  readonly view: ViewId;
  /** Null where it failed. */
  readonly result: ViewMatches | null;
  readonly failure: CovisError | null;
  readonly milliseconds: number;
}

async function runViews(
  pair: Omit<PairAtHand, 'before'>,
  context: MatchViewContext,
): Promise<readonly ViewOutcome[]> {
  const { views, longEdge } = pair.settings;
  const parts = context.progress.divide(
    'decode',
    views.map((view) => ({ name: view, weight: relativeCost(view, longEdge) })),
    'refine',
  );
  const outcomes: ViewOutcome[] = [];
  for (const [k, view] of views.entries()) {
    const start = performance.now();
    const milliseconds = () => performance.now() - start;
    try {
      const before = resultsOf(outcomes);
      const result = await runView(view, { ...pair, before }, { ...context, progress: parts[k]! });
      outcomes.push({ view, result, failure: null, milliseconds: milliseconds() });
    } catch (failure) {
      context.signal.throwIfAborted();
      if (!(failure instanceof CovisError)) throw failure;
      outcomes.push({ view, result: null, failure, milliseconds: milliseconds() });
    }
  }
  return outcomes;
}

/** On the grids of the original view, which show all of both photos; none without it. */
function mergedDense(outcomes: readonly ViewOutcome[]): PairDense | null {
  const original = outcomes.find(({ view }) => view === 'original')?.result?.dense;
  if (!original) return null;
  const others = resultsOf(outcomes).flatMap(({ dense }) => (dense && dense !== original ? dense : []));
  return mergeDense(original.dense, others);
}

function mostHelpful(outcomes: readonly ViewOutcome[]): CovisError {
  const failures = outcomes.flatMap(({ failure }) => failure ?? []);
  return failures.find(({ remedy }) => remedy !== null) ?? failures[0]!;
}

function resultsOf(outcomes: readonly ViewOutcome[]): ViewMatches[] {
  return outcomes.flatMap(({ result }) => result ?? []);
}

const none = {
  keypoints0: new Float32Array(0),
  keypoints1: new Float32Array(0),
  confidence: new Float32Array(0),
};

/**
 * Other matches drawn from the same dense ones, as if the run had asked for them.
 *
 * @param matches of a matcher that matches every point, of the original view alone, for those of several views are drawn from each,
 *   and not refined, for the photos are not at hand
 */
export function drawAgain(matches: PairMatches, samples: number): PairMatches {
  const { dense, settings } = matches;
  if (!dense) throw new RangeError(`The matcher "${settings.matcher}" gives no dense matches.`);
  if (!canDrawAgain(settings)) {
    throw new RangeError('Matches of several views, or refined ones, cannot be drawn again.');
  }
  const areas = [0, 1].map((side) => ({
    inputToPhoto: dense.inputToPhoto[side]!,
    content: dense.content[side]!,
  })) as unknown as readonly [PhotoArea, PhotoArea];
  const drawn = toPhotoPixels(sampleMatches(dense.matches, samplingOf(samples)), areas);
  const count = drawn.confidence.length;
  return {
    ...matches,
    settings: { ...settings, samples },
    ...drawn,
    view: new Uint8Array(count),
    support: new Uint8Array(count).fill(1),
    viewReports: matches.viewReports.map((report) => ({ ...report, found: count, added: count })),
  };
}
