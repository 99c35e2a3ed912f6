/**
 * The one interface of all matchers. A matcher knows pictures as tensors and answers in pixels of those
 * tensors; photos, views and thresholds are the business of others.
 */
import type { Points } from '../geometry/coordinates.ts';
import type { ProgressStep } from '../reporting/progress.ts';
import type { Precision } from '../runtime/session.ts';

/** A picture as a network wants it: planar, `channels` x `height` x `width`. */
export interface InputPicture {
  /** Names the content: equal keys mean equal tensors, so features may be reused. */
  readonly key: string;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/** What a matcher asks of the preprocessing. */
export interface InputRequirements {
  readonly colour: 'grey' | 'rgb';
  /** Sides are multiples of this. */
  readonly multipleOf: number;
  /** Applied after scaling bytes to [0, 1]: (value - mean) / deviation, one entry a channel. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** N matches; confidence is the matcher's own number, untouched. */
export interface InputMatches {
  readonly keypoints0: Points<'input'>;
  readonly keypoints1: Points<'input'>;
  readonly confidence: Float32Array;
}

export interface MatchingContext {
  readonly signal: AbortSignal;
  /** Share done of one step, 0 to 1. */
  readonly report: (step: ProgressStep, fraction: number) => void;
  /** Adds to the milliseconds of a named step. */
  readonly time: (step: ProgressStep, milliseconds: number) => void;
}

export interface Matcher {
  readonly requirements: InputRequirements;
  readonly precision: Precision;
  /**
   * Every mutual match above the matcher's floor; thresholds are applied later, without a second run.
   * @throws CovisError (network, runtime, matching), or the signal's abort reason between steps; the matcher
   *   stays usable after either
   */
  match(picture0: InputPicture, picture1: InputPicture, context: MatchingContext): Promise<InputMatches>;
  /** Frees sessions, weights and features. */
  release(): Promise<void>;
}
