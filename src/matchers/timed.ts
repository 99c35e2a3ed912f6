/** Adds the milliseconds of a piece of work to a step of the run it belongs to. */
import type { ProgressStep } from '../reporting/progress.ts';
import type { MatchingContext } from './matcher.ts';

export async function timed<Result>(
  context: MatchingContext,
  step: ProgressStep,
  work: () => Promise<Result>,
): Promise<Result> {
  const start = performance.now();
  const result = await work();
  context.time(step, performance.now() - start);
  return result;
}
