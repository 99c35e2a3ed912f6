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

/** Plain form of a `CovisError`: what a worker posts. */
export interface FailureReport {
  readonly code: string;
  readonly stage: FailureStage;
  readonly message: string;
}

export class CovisError extends Error {
  override readonly name = 'CovisError';
  readonly code: string;
  readonly stage: FailureStage;

  /**
   * @param code kebab-case and stable, such as `checkpoint-truncated`
   * @param message one sentence for a person: what is wrong, what to do
   */
  constructor(stage: FailureStage, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.stage = stage;
    this.code = code;
  }

  toReport(): FailureReport {
    return { code: this.code, stage: this.stage, message: this.message };
  }

  static fromReport(report: FailureReport): CovisError {
    return new CovisError(report.stage, report.code, report.message);
  }
}

/** True for the rejection of an aborted `AbortSignal`: a wish of the person, not a failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
