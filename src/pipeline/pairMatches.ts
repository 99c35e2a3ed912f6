/** The outcome of matching one pair of photos, in photo pixels: what the page draws and the exports write. */
import type { Points } from '../geometry/coordinates.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { Preprocessing } from '../preprocess/preprocessing.ts';
import type { ProgressStep } from '../reporting/progress.ts';
import type { ExecutionProvider, Precision } from '../runtime/session.ts';
import type { PairDense } from './pairDense.ts';

export type Size = readonly [width: number, height: number];

export interface MatchSettings {
  readonly matcher: MatcherId;
  /** Long edge of the network input (of the first pass) in pixels; a photo is at most doubled to reach it. */
  readonly longEdge: number;
  /** Views of the test-time augmentation, first to last. */
  readonly views: readonly 'original'[];
  /** How many matches to draw from a matcher that matches every point; absent for the others. */
  readonly samples?: number;
  /** Absent where the photos are only brought to size, by the cubic. */
  readonly preprocessing?: Preprocessing;
}

/** N matches, ordered by falling confidence. */
export interface PairMatches {
  readonly settings: MatchSettings;
  readonly weights: { readonly id: string; readonly sha256: string };
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  readonly confidence: Float32Array;
  /** Index into `settings.views`, one a match. */
  readonly view: Uint8Array;
  /** Sizes of the network inputs of the first view. */
  readonly inputSize: readonly [Size, Size];
  readonly provider: ExecutionProvider;
  readonly precision: Precision;
  /** Every point's match, from matchers that give it; not part of match files. */
  readonly dense?: PairDense;
  readonly timingsMs: Readonly<Partial<Record<ProgressStep | 'total', number>>>;
}
