/** One case in one environment, as it is kept: complete in itself, since parts of a table are measured apart. */
import type { EnvironmentId } from '../cases/benchCase.ts';
import type { CaseOutcome } from '../cases/runCase.ts';
import type { Machine } from './describeMachine.ts';

export interface ResultFile {
  readonly case: string;
  readonly environment: EnvironmentId;
  readonly date: string;
  readonly machine: Machine;
  readonly threads: number;
  readonly outcome: CaseOutcome;
  readonly memoryMegabytes: Readonly<Record<string, number>>;
}

export function resultFileName(result: Pick<ResultFile, 'case' | 'environment'>): string {
  return `${result.case}.${result.environment}.json`;
}
