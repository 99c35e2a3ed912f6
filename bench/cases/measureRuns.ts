/** Repeats a piece of work and says how long it took: the median, since a shared machine only ever adds time. */

export type Unit = 'ms' | 'MB' | '/s' | '' | '%';

export interface Measurement {
  readonly unit: Unit;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export interface RunPlan {
  /** Runs of a repeated piece of work; fewer where they would take longer than `budgetMs`, but at least two. */
  readonly runs: number;
  readonly budgetMs: number;
}

/** @param work returns what it measured, one number for each name */
export async function repeat<Name extends string>(
  plan: RunPlan,
  work: (run: number) => Promise<Readonly<Record<Name, number>>>,
): Promise<Array<Readonly<Record<Name, number>>>> {
  const results: Array<Readonly<Record<Name, number>>> = [];
  const start = performance.now();
  while (results.length < plan.runs) {
    if (results.length >= 2 && performance.now() - start > plan.budgetMs) break;
    results.push(await work(results.length));
  }
  return results;
}

export function summarise(unit: Unit, values: readonly number[]): Measurement {
  if (values.length === 0) throw new RangeError('There is nothing to summarise.');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { unit, median, min: sorted[0]!, max: sorted.at(-1)!, runs: sorted.length };
}

/** Milliseconds of one piece of work, and its result. */
export async function timed<Result>(
  work: () => Result | Promise<Result>,
): Promise<{ readonly ms: number; readonly result: Result }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}
