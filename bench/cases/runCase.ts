/** Runs one case in whatever environment this is, and turns what went wrong into something that can be sent. */
import type { Runtime } from '../../src/runtime/session.ts';
import { allCases } from './allCases.ts';
import { type BenchContext, type CaseResult, CaseSkipped } from './benchCase.ts';

export type CaseOutcome =
  | { readonly kind: 'measured'; readonly result: CaseResult }
  | { readonly kind: 'skipped' | 'failed'; readonly reason: string };

export async function runCase(id: string, context: BenchContext): Promise<CaseOutcome> {
  const runtimes: Runtime[] = [];
  try {
    const benchCase = allCases.find((candidate) => candidate.id === id);
    if (benchCase === undefined) throw new Error(`There is no case "${id}".`);
    const result = await benchCase.run({
      ...context,
      async createRuntime() {
        const runtime = await context.createRuntime();
        runtimes.push(runtime);
        return runtime;
      },
    });
    return { kind: 'measured', result };
  } catch (error) {
    if (error instanceof CaseSkipped) return { kind: 'skipped', reason: error.message };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const runtime of runtimes) await runtime.release().catch(() => undefined);
  }
}
