/** The command line of the benchmark. */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Case and environment, joined by a dot, must contain one of these; empty runs everything. */
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly threads: number;
  readonly softwareGpu: boolean;
}

export const usage = `npm run bench -- [--only TEXT]... [--quick] [--threads N] [--software-gpu]

  --only TEXT      only what has TEXT in its name, such as "match-compact", "node-cpu" or "draw" (repeatable)
  --quick          few runs, to see that everything works; results go to .cache/bench/results
  --threads N      threads of the CPU providers (default 2)
  --software-gpu   run WebGPU on Chromium's software adapter: minutes for each of the smallest cases`;

/** @throws Error with a sentence on wrong usage */
export function parseArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      threads: { type: 'string', default: '2' },
      'software-gpu': { type: 'boolean', default: false },
    },
  });
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1) throw new Error('--threads needs a whole number above 0.');
  return { only: values.only, quick: values.quick, threads, softwareGpu: values['software-gpu'] };
}
