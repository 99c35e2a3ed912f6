/**
 * Progress as a contract: one overall fraction that never goes back and ends at 1.
 *
 * A run is planned as weighted steps; a step reports its own fraction and the plan turns it into the overall
 * one. A step that is skipped (weights already in memory) just counts as done.
 */

export type ProgressStep =
  | 'download'
  | 'read'
  | 'decode'
  | 'build'
  | 'compile'
  | 'features'
  | 'coarse'
  | 'fine';

export interface Progress {
  readonly step: ProgressStep;
  /** Overall share done, 0 to 1, never falling within one run. */
  readonly fraction: number;
}

export type ReportProgress = (progress: Progress) => void;

export interface ProgressPlan {
  /** Reports `stepFraction` (0 to 1) of `step`; steps before it in the plan count as done. */
  report(step: ProgressStep, stepFraction: number): void;
  /** Reports the end of the run. */
  finish(): void;
}

/**
 * @param weights relative durations, in the order of the steps; they need not add up to anything
 */
export function planProgress(
  weights: ReadonlyArray<readonly [step: ProgressStep, weight: number]>,
  report: ReportProgress,
): ProgressPlan {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const lastStep = weights.at(-1)?.[0];
  if (lastStep === undefined || !(total > 0)) throw new RangeError('A progress plan needs weighted steps.');
  let reached = 0;
  return {
    report(step, stepFraction) {
      const index = weights.findIndex(([name]) => name === step);
      if (index < 0) throw new RangeError(`The step "${step}" is not in the progress plan.`);
      const before = weights.slice(0, index).reduce((sum, [, weight]) => sum + weight, 0);
      const own = weights[index]![1] * Math.min(Math.max(stepFraction, 0), 1);
      reached = Math.max(reached, (before + own) / total);
      report({ step, fraction: reached });
    },
    finish() {
      reached = 1;
      report({ step: lastStep, fraction: 1 });
    },
  };
}
