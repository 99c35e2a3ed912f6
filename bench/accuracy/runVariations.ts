/**
 * Rows from the product: every variation is matched (once where several differ only afterwards), its match files are
 * written and scored, and the product's own estimators take the place of OpenCV's where a variation says so.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MatchCommand } from '../../src/cli/parseArguments.ts';
import { openEstimator } from '../../src/estimators/openEstimator.ts';
import { createdBy } from '../../src/export/createdBy.ts';
import { exportFormats } from '../../src/export/registry.ts';
import { selectMatches } from '../../src/pipeline/selectMatches.ts';
import { loadOpenCv } from '../../src/runtime/openCv/loadOpenCv.ts';
import type { ResultRow, ScoredRows } from './accuracyResult.ts';
import type { EvaluationPair } from './evaluationPairs.ts';
import { groupBy } from './groupBy.ts';
import { type MatchedPair, openProduct, type ProductChoice } from './matchEvaluation.ts';
import { median } from './measures.ts';
import type { Variation } from './parseArguments.ts';
import { scoreOwnEstimator } from './scoreOwnEstimator.ts';
import { type PairScore, secondsOf, summariseSets } from './scores.ts';
import { matchFileName, type OpenCvScore, scoreWithOpenCv } from './scoreWithOpenCv.ts';

export interface VariationsContext {
  readonly evaluationFolder: string;
  /** Where the match files go, a folder for each selection of matches. */
  readonly matchFolder: string;
  readonly repeats: number;
  readonly signal: AbortSignal;
  /** Told a line at a time. */
  readonly say: (line: string) => void;
}

/** @throws Error with one sentence, CovisError as `npm run match`, or the abort reason */
export async function runVariations(
  variations: readonly Variation[],
  pairs: readonly EvaluationPair[],
  context: VariationsContext,
): Promise<ScoredRows> {
  const { evaluationFolder, matchFolder, repeats, say } = context;
  const runs = await matchVariations(variations, pairs, context);
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
  const openCv = await scoreWithOpenCv(evaluationFolder, pairs, folders, repeats);
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
  pairs: readonly EvaluationPair[],
  { evaluationFolder, signal, say }: VariationsContext,
): Promise<VariationRun[]> {
  const runs = new Map<Variation, VariationRun>();
  const matchings = new Set(variations.map((variation) => matchingKey(variation)));
  const total = matchings.size * pairs.length;
  let done = 0;
  for (const sameProduct of groupBy(variations, ({ command }) => JSON.stringify(productChoice(command)))) {
    const product = await openProduct(productChoice(sameProduct[0]!.command), evaluationFolder, signal, say);
    try {
      for (const sameMatches of groupBy(sameProduct, matchingKey)) {
        const matched: MatchedPair[] = [];
        for (const pair of pairs) {
          const result = await product.match(pair, sameMatches[0]!.command.match);
          matched.push(result);
          done++;
          say(`${done}/${total} ${pair.name}: ${describeMatched(result)}`);
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

/** Equal for variations that are matched alike. */
function matchingKey({ command }: Variation): string {
  return JSON.stringify([productChoice(command), command.match]);
}

/** Equal for variations that keep the same matches. */
function selectionKey({ variation }: VariationRun): string {
  return matchingKey(variation) + JSON.stringify(variation.command.selection);
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
  const own = estimator === 'own' ? await openEstimator(command.estimation, loadOpenCv) : null;
  const times: number[] = [];
  const scores = pairs.map((pair, k): PairScore | null => {
    const { matches } = matched[k]!;
    const seconds = secondsOf(matches.timingsMs);
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

function describeMatched({ matches }: MatchedPair): string {
  return `${matches.confidence.length} matches, ${secondsOf(matches.timingsMs)?.toFixed(2)} s`;
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
