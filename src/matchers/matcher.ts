/**
 * The one interface of all matchers. A matcher knows pictures as tensors and answers in pixels of those
 * tensors; photos, views and thresholds are the business of others.
 */
import type { Points } from '../geometry/coordinates.ts';
import type { Remedy } from '../reporting/covisError.ts';
import type { ProgressStep } from '../reporting/progress.ts';
import type { Precision } from '../runtime/session.ts';

/** A picture as a network wants it: planar, `channels` x `height` x `width`. */
export interface PictureTensor {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

export interface InputPicture extends PictureTensor {
  /** Names the content: equal keys mean equal tensors, so features may be reused. */
  readonly key: string;
  /** The part that shows the photo, from the top left, in pixels, possibly fractional; all where absent. */
  readonly content?: { readonly width: number; readonly height: number };
  /** The same content `fineScale` times as large, where the requirements ask for it. */
  readonly fine?: PictureTensor;
}

/** What a matcher asks of the preprocessing. */
export interface InputRequirements {
  readonly colour: 'grey' | 'rgb';
  /** Sides are multiples of this. */
  readonly multipleOf: number;
  /** Applied after scaling bytes to [0, 1]: (value - mean) / deviation, one entry a channel. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** For networks whose two pictures must have tensors of one size: the smaller content is padded to it. */
  readonly sharedCanvas?: {
    /** Size of a second, finer tensor of each picture as a multiple of the first; null for none. */
    readonly fineScale: number | null;
  };
}

/** N matches; confidence is the matcher's own number, untouched. */
export interface InputMatches {
  readonly keypoints0: Points<'input'>;
  readonly keypoints1: Points<'input'>;
  readonly confidence: Float32Array;
}

/**
 * The match of every point of both pictures, on grids over their tensors. Cell (x, y) of a grid has its centre at
 * ((x + 0.5) cellSize - 0.5, (y + 0.5) cellSize - 0.5) in input pixels, for either picture.
 */
export interface DenseMatches {
  /** Cells a row and rows of both grids, which reach over the padding as well. */
  readonly width: number;
  readonly height: number;
  /** Input pixels along the side of a cell. */
  readonly cellSize: number;
  /** [height, width, 2]: x and y in input pixels of picture 1 for each cell of picture 0. */
  readonly warp0: Float32Array;
  /** [height, width, 2]: x and y in input pixels of picture 0 for each cell of picture 1. */
  readonly warp1: Float32Array;
  /**
   * [height, width]: the matcher's own certainty for each cell of picture 0, in [0, 1], untouched; 0 in the
   * padding and where the match leaves picture 1.
   */
  readonly certainty0: Float32Array;
  /** The same for picture 1. */
  readonly certainty1: Float32Array;
}

/** How sparse matches are drawn from dense ones. */
export interface DenseSampling {
  /** Matches to draw, 100 to 20,000; there are fewer where fewer have any certainty. */
  readonly count: number;
  /** Equal seeds draw equal matches. */
  readonly seed: number;
}

export interface MatchingResult extends InputMatches {
  /** Null (or absent) for matchers that do not match every point. */
  readonly dense?: DenseMatches | null;
}

export interface MatchingContext {
  readonly signal: AbortSignal;
  /** Share done of one step, 0 to 1. */
  readonly report: (step: ProgressStep, fraction: number) => void;
  /** Adds to the milliseconds of a named step. */
  readonly time: (step: ProgressStep, milliseconds: number) => void;
  /** For dense matchers; their own default where absent. */
  readonly sampling?: DenseSampling;
  /** What to choose so that the pictures' long edge is this much at most; absent where the person chose that itself. */
  readonly adviseSize?: (longEdge: number) => SizeAdvice;
}

/** What a person can do about pictures that are too large. */
export interface SizeAdvice {
  /** The end of a sentence, such as `choose 480 and run again`. */
  readonly words: string;
  /** Null where no one setting brings it about. */
  readonly remedy: Remedy | null;
}

/** Sizes of the tensors of a picture, as `InputPicture` holds them. */
export interface InputSize extends Extent {
  readonly fine?: Extent;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** What matching two pictures takes, told from the shapes of the graphs' tensors. */
export interface MemoryNeed {
  readonly largestBufferBytes: number;
  readonly totalBytes: number;
}

export interface Matcher {
  readonly requirements: InputRequirements;
  readonly precision: Precision;
  /**
   * Every mutual match above the matcher's floor, or as many as were asked for drawn from dense matches;
   * thresholds are applied later, without a second run.
   * @throws CovisError (network, runtime, matching), or the signal's abort reason between steps; the matcher
   *   stays usable after either
   */
  match(picture0: InputPicture, picture1: InputPicture, context: MatchingContext): Promise<MatchingResult>;
  /** Frees sessions, weights and features. */
  release(): Promise<void>;
}

/** A matcher that knows what a size takes, without building anything for it. */
export interface MeasuredMatcher extends Matcher {
  memoryNeed(sizes: readonly [InputSize, InputSize]): MemoryNeed;
}
