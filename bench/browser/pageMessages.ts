/** What the runner asks of the page, and the page of its worker. */
import type { EnvironmentId } from '../cases/benchCase.ts';
import type { RunPlan } from '../cases/measureRuns.ts';
import type { CaseOutcome } from '../cases/runCase.ts';

export interface PageOrder {
  readonly caseId: string;
  readonly environment: EnvironmentId;
  readonly plan: RunPlan;
  readonly threads: number;
  /** Whether a GPU in software may be used. */
  readonly softwareGpu: boolean;
}

export interface PageAnswer {
  readonly outcome: CaseOutcome;
  /** Size of the largest WebAssembly memory of the case; such memories never shrink. */
  readonly wasmBytes: number;
}

declare global {
  interface Window {
    /** Set once the page is ready. */
    runBenchCase?: (order: PageOrder) => Promise<PageAnswer>;
  }
}
