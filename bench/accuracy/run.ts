/**
 * `npm run bench:accuracy`: how right the matches are, by the product's own pipeline on pairs with ground truth. Results
 * are files; the tables are made anew from all of them. Nothing here is a test: no number fails a run.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAbort } from '../../src/reporting/covisError.ts';
import { describeMachine } from '../report/describeMachine.ts';
import { type AccuracyResult, renderResult, renderTables } from './accuracyResult.ts';
import { readEvaluationPairs } from './evaluationPairs.ts';
import { type AccuracyArguments, parseArguments, usage } from './parseArguments.ts';
import { readJson } from './readJson.ts';
import { runVariations } from './runVariations.ts';
import { scoreMatches } from './scoreMatches.ts';
import { requirePython } from './scoreWithOpenCv.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function main(args: AccuracyArguments, commandLine: string, signal: AbortSignal): Promise<void> {
  const { folder, matches, variations, repeats } = args;
  const pairs = await readEvaluationPairs(folder, args.sets);
  await requirePython();
  const { rows, scoring } =
    matches.length > 0
      ? await scoreMatches(folder, pairs, matches, repeats)
      : await runVariations(variations, pairs, {
          evaluationFolder: folder,
          matchFolder: join(root, '.cache/bench/accuracy', args.name!),
          repeats,
          signal,
          say,
        });
  const result: AccuracyResult = {
    name: args.name ?? nameAfter(rows.map(({ label }) => label)),
    date: new Date().toISOString().slice(0, 10),
    command: commandLine,
    machine: await describeMachine(null),
    load: loadavg()[2]!,
    scoring,
    repeats,
    rows: rows.length === 1 ? [{ ...rows[0]!, label: '' }] : rows,
  };
  const out = args.out ?? join(root, 'bench/accuracy/results');
  await mkdir(out, { recursive: true });
  await writeFile(join(out, `${result.name}.json`), `${JSON.stringify(result, roundNumbers, 1)}\n`);
  await writeFile(join(out, 'README.md'), renderTables(await readResults(out)));
  process.stdout.write(`${renderResult(result)}\n`);
}

function nameAfter(labels: readonly string[]): string {
  return labels.join('-').replaceAll(/[^\w.-]+/g, '-');
}

async function readResults(folder: string): Promise<AccuracyResult[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const results = await Promise.all(names.map((name) => readJson<AccuracyResult>(join(folder, name))));
  return results.filter((result) => result !== null);
}

function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(4)) : value;
}

/** As it was typed, but for what is a place on this machine. */
function describeCommand([, ...rest]: readonly string[]): string {
  const words = rest
    .filter((word, k) => !word.startsWith('--out') && rest[k - 1] !== '--out')
    .map((word) => (word.includes('/') ? basename(word) : word));
  return ['npm run bench:accuracy -- EVAL_DIR', ...words].join(' ');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const typed = process.argv.slice(2);
if (typed.includes('--help')) {
  process.stdout.write(`${usage}\n`);
} else {
  let args: AccuracyArguments | null = null;
  try {
    args = parseArguments(typed);
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exitCode = 2;
  }
  if (args !== null) {
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    try {
      await main(args, describeCommand(typed), controller.signal);
    } catch (error) {
      say(isAbort(error) ? 'Cancelled.' : error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    }
  }
}
