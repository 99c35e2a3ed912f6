/**
 * Progress as a contract: one overall fraction that never goes back and ends at 1.
 *
 * A run is planned as weighted steps; a step reports its own fraction and the plan turns it into the overall
 * one. What is skipped before the first step that reports (weights already in memory) is not counted at all, so that every
 * run begins at 0; a step that is skipped later counts as done.
 */

export type ProgressStep =
  | 'download'
  | 'read'
  | 'decode'
  | 'search'
  | 'build'
  | 'compile'
  | 'features'
  | 'coarse'
  | 'fine'
  | 'refine';

export interface Progress {
  readonly step: ProgressStep;
  /** Which of the parts of a divided run is at work; absent where it is not divided. */
  readonly part?: ProgressPart;
  /** Overall share done, 0 to 1, never falling within one run. */
  readonly fraction: number;
}

export interface ProgressPart {
  readonly name: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export type ReportProgress = (progress: Progress) => void;

export interface ProgressPlan {
  /** Reports `stepFraction` (0 to 1) of `step`; steps before it in the plan count as done. */
  report(step: ProgressStep, stepFraction: number): void;
  /**
   * Lets the steps from `first` on be done once a part: each part gets a plan of its own, of these steps, and reports
   * to the same total. Parts that are divided again keep their name.
   *
   * @param parts in the order they are done, with their relative durations
   * @param end the first step that is done once again; by default, and where the plan lacks it, there is none
   */
  divide(first: ProgressStep, parts: readonly PlannedPart[], end?: ProgressStep): readonly ProgressPlan[];
  /** Reports the end of the run. */
  finish(): void;
}

export interface PlannedPart {
  readonly name: string;
  readonly weight: number;
  /** The step that all of the part is reported as: many short steps by turns say nothing. */
  readonly as?: ProgressStep;
}

type WeightedSteps = ReadonlyArray<readonly [step: ProgressStep, weight: number]>;

/**
 * @param weights relative durations, in the order of the steps; they need not add up to anything
 */
export function planProgress(weights: WeightedSteps, report: ReportProgress): ProgressPlan {
  let origin: number | null = null;
  let reached = 0;
  return planShare(weights, null, (step, fraction, part, shown = step) => {
    origin ??=
      weightOf(
        weights.slice(
          0,
          weights.findIndex(([name]) => name === step),
        ),
      ) / weightOf(weights);
    reached = Math.max(reached, (fraction - origin) / (1 - origin));
    report({ step: shown, fraction: reached, ...(part && { part }) });
  });
}

/** @param report takes the fraction of this plan alone, 0 to 1, and the step that it is reported as, if another */
function planShare(
  weights: WeightedSteps,
  part: ProgressPart | null,
  report: (step: ProgressStep, fraction: number, part: ProgressPart | null, shown?: ProgressStep) => void,
): ProgressPlan {
  const total = weightOf(weights);
  const lastStep = weights.at(-1)?.[0];
  if (lastStep === undefined || !(total > 0)) throw new RangeError('A progress plan needs weighted steps.');
  const indexOf = (step: ProgressStep): number => {
    const index = weights.findIndex(([name]) => name === step);
    if (index < 0) throw new RangeError(`The step "${step}" is not in the progress plan.`);
    return index;
  };
  return {
    report(step, stepFraction) {
      const index = indexOf(step);
      const own = weights[index]![1] * Math.min(Math.max(stepFraction, 0), 1);
      report(step, (weightOf(weights.slice(0, index)) + own) / total, part);
    },
    divide(first, parts, end) {
      const index = indexOf(first);
      const endIndex = weights.findIndex(([name]) => name === end);
      const steps = weights.slice(index, endIndex < 0 ? weights.length : endIndex);
      const before = weightOf(weights.slice(0, index));
      const divided = weightOf(steps);
      const weightOfParts = parts.reduce((sum, { weight }) => sum + weight, 0);
      let weightBefore = 0;
      return parts.map(({ name, weight, as }, k) => {
        const from = before + (divided * weightBefore) / weightOfParts;
        const share = (divided * weight) / weightOfParts;
        weightBefore += weight;
        const own = part ?? (parts.length > 1 ? { name, index: k, count: parts.length } : null);
        return planShare(steps, own, (step, fraction, reporting, shown) =>
          report(step, (from + share * fraction) / total, reporting, as ?? shown),
        );
      });
    },
    finish() {
      report(lastStep, 1, part);
    },
  };
}

function weightOf(weights: WeightedSteps): number {
  return weights.reduce((sum, [, weight]) => sum + weight, 0);
}
