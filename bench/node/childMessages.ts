/** What the runner and the process of one case say to each other. */
import type { EnvironmentId } from '../cases/benchCase.ts';
import type { RunPlan } from '../cases/measureRuns.ts';
import type { CaseOutcome } from '../cases/runCase.ts';

export interface ChildOrder {
  readonly caseId: string;
  readonly environment: EnvironmentId;
  readonly plan: RunPlan;
  readonly threads: number;
}

export interface ChildAnswer {
  readonly outcome: CaseOutcome;
  /** Largest resident memory of the process so far. */
  readonly peakBytes: number;
  /** The same before the case began: Node, the loader and the program itself. */
  readonly startBytes: number;
}
