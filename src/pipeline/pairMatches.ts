/** The outcome of matching one pair of photos, in photo pixels: what the page draws and the exports write. */
import type { ViewId } from '../augment/views.ts';
import type { Points } from '../geometry/coordinates.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { Preprocessing } from '../preprocess/preprocessing.ts';
import type { FailureReport } from '../reporting/covisError.ts';
import type { ProgressStep } from '../reporting/progress.ts';
import type { ExecutionProvider, Precision } from '../runtime/session.ts';
import type { PairDense } from './pairDense.ts';

/** For layers that see stages only through the pipeline. */
export {
  describeView,
  explainUnusableViews,
  fixedViewIds,
  isTurn,
  longEdgeOfView,
  type ViewId,
  viewIdPattern,
} from '../augment/views.ts';
export { sampleCounts } from '../matchers/dkm/sampleMatches.ts';
export {
  defaultEqualisation,
  neutralPreprocessing,
  type Preprocessing,
  preprocessingLimits,
  type ResamplingFilter,
  samePreprocessing,
} from '../preprocess/preprocessing.ts';

export type Size = readonly [width: number, height: number];

export interface MatchSettings {
  readonly matcher: MatcherId;
  /** Long edge of the network input (of the first pass) in pixels; a photo is at most doubled to reach it. */
  readonly longEdge: number;
  /** Views of the test-time augmentation, first to last. */
  readonly views: readonly ViewId[];
  /** How many matches each view draws from a matcher that matches every point; absent for the others. */
  readonly samples?: number;
  /** Absent where the photos are only brought to size, by the cubic. */
  readonly preprocessing?: Preprocessing;
  /** What is made of the matches after matching; absent where they stay as the matcher gives them. */
  readonly refinement?: Refinement;
}

/** Places in photo 1 are refined (`refineMatches`), or refined and then propagated to neighbours (`propagateMatches`). */
export type Refinement = 'least-squares' | 'propagation';

/** Whether other samples of a dense matcher need no new run. */
export function canDrawAgain({ views, refinement }: MatchSettings): boolean {
  return views.length === 1 && refinement === undefined;
}

/** What one view cost and gave. */
export interface ViewReport {
  readonly view: ViewId;
  /** Matches above the matcher's floor. */
  readonly found: number;
  /** Of these, matches that no view before had found. */
  readonly added: number;
  readonly milliseconds: number;
  /** Why the view gave nothing; null where it ran. */
  readonly failure: FailureReport | null;
}

/** N matches, ordered by falling confidence. */
export interface PairMatches {
  readonly settings: MatchSettings;
  readonly weights: { readonly id: string; readonly sha256: string };
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  readonly confidence: Float32Array;
  /** Index into `settings.views` of the view that was surest of it, or of the match it was propagated from; one a match. */
  readonly view: Uint8Array;
  /** How many views found the match, itself included; 1 for a propagated one. */
  readonly support: Uint8Array;
  /** 1 where the place in photo 1 was refined; absent where none was to be. */
  readonly refined?: Uint8Array;
  /** 1 where no network found the match, but it was propagated from one; absent where none was to be. */
  readonly propagated?: Uint8Array;
  /** One a view, in the order of `settings.views`. */
  readonly viewReports: readonly ViewReport[];
  /** Sizes of the network inputs of the first view that ran. */
  readonly inputSize: readonly [Size, Size];
  readonly provider: ExecutionProvider;
  readonly precision: Precision;
  /** Every point's match, from matchers that give it; not part of match files. */
  readonly dense?: PairDense;
  readonly timingsMs: Readonly<Partial<Record<ProgressStep | 'total', number>>>;
}
