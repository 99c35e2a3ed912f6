/**
 * The one error type that crosses stages, workers and the terminal.
 *
 * Every failure carries a code for programs, the stage it happened in, and one sentence that says what is
 * wrong and what to do; the page and the terminal print that sentence as it is.
 */

export type FailureStage =
  | 'photos'
  | 'preprocess'
  | 'checkpoint'
  | 'weights'
  | 'network'
  | 'runtime'
  | 'matching'
  | 'estimation'
  | 'export'
  | 'worker';

/** A change of settings with which the same would work. */
export interface Remedy {
  /** Of the network's input, in pixels. */
  readonly longEdge: number;
}

/** Plain form of a `CovisError`: what a worker posts. */
export interface FailureReport {
  readonly code: string;
  readonly stage: FailureStage;
  readonly message: string;
  readonly remedy?: Remedy;
}

export interface CovisErrorOptions extends ErrorOptions {
  readonly remedy?: Remedy;
}

export class CovisError extends Error {
  override readonly name = 'CovisError';
  readonly code: string;
  readonly stage: FailureStage;
  /** What to offer; the message says it as well. Null where nothing is known to help. */
  readonly remedy: Remedy | null;

  /**
   * @param code kebab-case and stable, such as `checkpoint-truncated`
   * @param message one sentence for a person: what is wrong, what to do
   */
  constructor(stage: FailureStage, code: string, message: string, options?: CovisErrorOptions) {
    super(message, options);
    this.stage = stage;
    this.code = code;
    this.remedy = options?.remedy ?? null;
  }

  toReport(): FailureReport {
    const { code, stage, message, remedy } = this;
    return { code, stage, message, ...(remedy && { remedy }) };
  }

  static fromReport(report: FailureReport): CovisError {
    const { stage, code, message, remedy } = report;
    return new CovisError(stage, code, message, remedy && { remedy });
  }
}

/** True for the rejection of an aborted `AbortSignal`: a wish of the person, not a failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
