/**
 * `npm run bench:accuracy`: how right the matches are, by the product's own pipeline on pairs with ground truth. Results
 * are files; the tables are made anew from all of them. Nothing here is a test: no number fails a run.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MatchCommand } from '../../src/cli/parseArguments.ts';
import { openEstimator } from '../../src/estimators/openEstimator.ts';
import { createdBy } from '../../src/export/createdBy.ts';
import { exportFormats } from '../../src/export/registry.ts';
import type { PairMatches } from '../../src/pipeline/pairMatches.ts';
import { selectMatches } from '../../src/pipeline/selectMatches.ts';
import { isAbort } from '../../src/reporting/covisError.ts';
import { loadOpenCv } from '../../src/runtime/openCv/loadOpenCv.ts';
import { describeMachine } from '../report/describeMachine.ts';
import { type AccuracyResult, type ResultRow, renderResult, renderTables } from './accuracyResult.ts';
import { type EvaluationPair, readEvaluationPairs } from './evaluationPairs.ts';
import { groupBy } from './groupBy.ts';
import { type MatchedPair, openProduct, type ProductChoice } from './matchEvaluation.ts';
import { median } from './measures.ts';
import { type AccuracyArguments, parseArguments, usage, type Variation } from './parseArguments.ts';
import { scoreOwnEstimator } from './scoreOwnEstimator.ts';
import { type PairScore, summariseSets } from './scores.ts';
import { matchFileName, type OpenCvScore, requirePython, scoreWithOpenCv } from './scoreWithOpenCv.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const matchFolder = join(root, '.cache/bench/accuracy');

async function main(args: AccuracyArguments, commandLine: string, signal: AbortSignal): Promise<void> {
  const pairs = await readEvaluationPairs(args.folder, args.sets);
  await requirePython();
  const { rows, scoring } =
    args.matches.length > 0 ? await scoreMatches(args, pairs) : await runVariations(args, pairs, signal);
  const result: AccuracyResult = {
    name:
      args.name ??
      rows
        .map(({ label }) => label)
        .join('-')
        .replaceAll(/[^\w.-]+/g, '-'),
    date: new Date().toISOString().slice(0, 10),
    command: commandLine,
    machine: await describeMachine(null),
    scoring,
    repeats: args.repeats,
    rows: rows.length === 1 ? [{ ...rows[0]!, label: '' }] : rows,
  };
  const out = args.out ?? join(root, 'bench/accuracy/results');
  await mkdir(out, { recursive: true });
  await writeFile(join(out, `${result.name}.json`), `${JSON.stringify(result, roundNumbers, 1)}\n`);
  await writeFile(join(out, 'README.md'), renderTables(await readResults(out)));
  process.stdout.write(`${renderResult(result)}\n`);
}

interface Scored {
  readonly rows: readonly ResultRow[];
  readonly scoring: string;
}

async function runVariations(
  { folder, variations, repeats }: AccuracyArguments,
  pairs: readonly EvaluationPair[],
  signal: AbortSignal,
): Promise<Scored> {
  const runs = await matchVariations(variations, folder, pairs, signal);
  // Variations that differ in the estimator alone have the same matches.
  const selections = new Map<string, { readonly folder: string; readonly run: VariationRun }>();
  await rm(matchFolder, { recursive: true, force: true });
  for (const run of runs) {
    const key = selectionKey(run);
    if (selections.has(key)) continue;
    const target = join(matchFolder, String(selections.size));
    await writeMatchFiles(target, pairs, run);
    selections.set(key, { folder: target, run });
  }
  say('Scoring');
  const folders = [...selections.values()].map((selection) => selection.folder);
  const openCv = await scoreWithOpenCv(folder, pairs, folders, repeats);
  const keys = [...selections.keys()];
  const rows: ResultRow[] = [];
  for (const run of runs) {
    const reference = openCv.folders[keys.indexOf(selectionKey(run))]!;
    rows.push(await scoreVariation(run, pairs, reference, repeats));
  }
  return { rows, scoring: openCv.versions };
}

/** What one variation matched, in the order of the pairs. */
interface VariationRun {
  readonly variation: Variation;
  readonly matched: readonly MatchedPair[];
  readonly device: string;
}

async function matchVariations(
  variations: readonly Variation[],
  folder: string,
  pairs: readonly EvaluationPair[],
  signal: AbortSignal,
): Promise<VariationRun[]> {
  const runs = new Map<Variation, VariationRun>();
  for (const sameProduct of groupBy(variations, ({ command }) => JSON.stringify(productChoice(command)))) {
    const product = await openProduct(productChoice(sameProduct[0]!.command), folder, signal, say);
    try {
      for (const sameMatches of groupBy(sameProduct, ({ command }) => JSON.stringify(command.match))) {
        const { command, label } = sameMatches[0]!;
        const matched: MatchedPair[] = [];
        for (const [k, pair] of pairs.entries()) {
          const done = await product.match(pair, command.match);
          matched.push(done);
          say(`${k + 1}/${pairs.length} ${pair.name}: ${describeMatched(done)} ${label}`.trimEnd());
        }
        for (const variation of sameMatches)
          runs.set(variation, { variation, matched, device: product.device });
      }
    } finally {
      await product.release();
    }
  }
  return variations.map((variation) => runs.get(variation)!);
}

function productChoice({ weights, weightsOptions, provider, match }: MatchCommand): ProductChoice {
  return { weights, weightsOptions, provider, matcher: match.matcher };
}

function selectionKey({ variation: { command } }: VariationRun): string {
  return JSON.stringify([productChoice(command), command.match, command.selection]);
}

async function writeMatchFiles(
  target: string,
  pairs: readonly EvaluationPair[],
  { variation, matched }: VariationRun,
): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const [k, pair] of pairs.entries()) {
    const { selection } = variation.command;
    const text = exportFormats.matchFile.write({ ...matched[k]!, selection, estimation: null }, createdBy);
    await writeFile(join(target, matchFileName(pair)), text);
  }
}

async function scoreVariation(
  { variation, matched, device }: VariationRun,
  pairs: readonly EvaluationPair[],
  reference: readonly OpenCvScore[],
  repeats: number,
): Promise<ResultRow> {
  const { command, estimator, label } = variation;
  const own = estimator === 'own' ? await openEstimator(command.estimation.model, loadOpenCv) : null;
  const times: number[] = [];
  const scores = pairs.map((pair, k): PairScore | null => {
    const { matches } = matched[k]!;
    const seconds = secondsOf(matches);
    if (own === null) return { ...reference[k]!, seconds };
    const selected = selectMatches(matches, command.selection);
    const score = scoreOwnEstimator(pair, selected, own, command.estimation, repeats);
    if (score === null) return null;
    times.push(score.milliseconds);
    return { ...reference[k]!, results: score.results, seconds };
  });
  const { matches } = matched[0]!;
  return {
    label,
    weights: matches.weights,
    settings: `${describeSettings(command)}, ${device}, ${matches.precision}`,
    estimator:
      own === null ? 'OpenCV for Python' : `Covis, ${command.estimation.model}, ${command.estimation.method}`,
    estimationMs: times.length > 0 ? median(times) : null,
    sets: summariseSets(pairs, scores),
  };
}

/** Without what only the first pair of a size pays: building graphs and sessions. */
function secondsOf({ timingsMs }: PairMatches): number {
  const { total = 0, build = 0, compile = 0 } = timingsMs;
  return (total - build - compile) / 1000;
}

function describeMatched({ matches }: MatchedPair): string {
  return `${matches.confidence.length} matches, ${secondsOf(matches).toFixed(2)} s`;
}

function describeSettings({ match, selection }: MatchCommand): string {
  const { matcher, longEdge, views, ...others } = match;
  return [
    `${matcher} at ${longEdge} px`,
    `views ${views.join(' + ')}`,
    ...(Object.keys(others).length > 0 ? [JSON.stringify(others)] : []),
    `confidence from ${selection.minimumConfidence}`,
    ...(selection.maximumMatches < Infinity ? [`at most ${selection.maximumMatches} matches`] : []),
  ].join(', ');
}

/** Match files of any other program. `about.json` beside them, where there is one, says what it was. */
async function scoreMatches(
  { folder, matches, repeats }: AccuracyArguments,
  pairs: readonly EvaluationPair[],
): Promise<Scored> {
  const openCv = await scoreWithOpenCv(folder, pairs, matches, repeats);
  const rows = await Promise.all(
    matches.map(async (source, k): Promise<ResultRow> => {
      const about = (await readJson<Partial<ResultRow>>(join(source, 'about.json'))) ?? {};
      const scores = await Promise.all(
        pairs.map(async (pair, p): Promise<PairScore> => {
          const file = await readJson<{ timingsMs?: PairMatches['timingsMs'] }>(
            join(source, matchFileName(pair)),
          );
          const seconds = file?.timingsMs?.total === undefined ? null : secondsOf(file as PairMatches);
          return { ...openCv.folders[k]![p]!, seconds };
        }),
      );
      return {
        label: about.label ?? basename(source),
        weights: about.weights ?? null,
        settings: about.settings ?? 'match files of another program',
        estimator: 'OpenCV for Python',
        estimationMs: null,
        sets: summariseSets(pairs, scores),
      };
    }),
  );
  return { rows, scoring: openCv.versions };
}

async function readJson<Content>(path: string): Promise<Content | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Content);
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
