/**
 * `npm run bench:estimators -- EVAL_DIR MATCHES_DIR...`: the product's estimators beside OpenCV's MAGSAC on the very
 * same matches, and how long they take on made ones. Nothing here is a test: no number fails a run.
 */
import { join } from 'node:path';
import { openEstimator } from '../../src/estimators/openEstimator.ts';
import { defaultEstimationSettings } from '../../src/estimators/registry.ts';
import { loadOpenCv } from '../../src/runtime/openCv/loadOpenCv.ts';
import { type EvaluationPair, type PairType, readEvaluationPairs } from '../accuracy/evaluationPairs.ts';
import { readJson } from '../accuracy/readJson.ts';
import { scoreOwnEstimator } from '../accuracy/scoreOwnEstimator.ts';
import { type PairScore, summariseSets } from '../accuracy/scores.ts';
import { matchFileName, requirePython, scoreWithOpenCv } from '../accuracy/scoreWithOpenCv.ts';
import { timeEstimators } from './timeEstimators.ts';

const repeats = 10;
/** The scoring program allows a homography this error in a picture with a short side of 480. */
const homographyThreshold = 3 / 480;

interface StoredMatches {
  readonly keypoints0: readonly (readonly number[])[];
  readonly keypoints1: readonly (readonly number[])[];
  readonly confidence: readonly number[];
}

const models = {
  homography: 'homography',
  pose: 'essential',
  corrs: 'fundamental',
} as const satisfies Record<PairType, string>;

async function main([evaluationFolder, ...matchFolders]: readonly string[]): Promise<void> {
  if (evaluationFolder === undefined || matchFolders.length === 0) {
    throw new Error('usage: npm run bench:estimators -- EVAL_DIR MATCHES_DIR...');
  }
  await requirePython();
  const pairs = await readEvaluationPairs(evaluationFolder, []);
  const openCv = await scoreWithOpenCv(evaluationFolder, pairs, matchFolders, repeats);
  for (const [k, folder] of matchFolders.entries()) {
    const own: PairScore[] = [];
    for (const pair of pairs) own.push(await scorePair(pair, folder));
    const theirs = openCv.folders[k]!.map((score) => ({ ...score, seconds: null }));
    process.stdout.write(
      `\n${folder}: mean over ${repeats} seeds, ${openCv.versions}\n\n${tableOf(pairs, own, theirs)}\n`,
    );
  }
  process.stdout.write(`\n${await timeEstimators()}\n`);
}

async function scorePair(pair: EvaluationPair, folder: string): Promise<PairScore> {
  const path = join(folder, matchFileName(pair));
  const stored = await readJson<StoredMatches>(path);
  if (stored === null) throw new Error(`There is no "${path}".`);
  const { confidence } = stored;
  const order = Array.from(confidence.keys()).sort((a, b) => confidence[b]! - confidence[a]!);
  const column = (points: StoredMatches['keypoints0']) => Float32Array.from(order.flatMap((k) => points[k]!));
  const matches = {
    keypoints0: column(stored.keypoints0),
    keypoints1: column(stored.keypoints1),
    confidence: Float32Array.from(order, (k) => confidence[k]!),
  };
  const model = models[pair.type];
  const settings = {
    ...defaultEstimationSettings(model),
    ...(pair.type === 'homography' && { thresholdPx: homographyThreshold * Math.min(...pair.size0) }),
  };
  const estimate = await openEstimator(settings, loadOpenCv);
  const score = scoreOwnEstimator(pair, matches, estimate, settings, repeats)!;
  return {
    matches: order.length,
    correct: null,
    results: score.results,
    seconds: score.milliseconds / 1000,
  };
}

function tableOf(
  pairs: readonly EvaluationPair[],
  own: readonly PairScore[],
  theirs: readonly PairScore[],
): string {
  const [ours, openCv] = [summariseSets(pairs, own), summariseSets(pairs, theirs)];
  const rows = ours.map(({ set, type, meanMeasure, medianSeconds, matches }, k) => {
    const numbers = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(' / ');
    return [
      set,
      models[type],
      matches,
      numbers(meanMeasure),
      numbers(openCv[k]!.meanMeasure),
      ((medianSeconds ?? 0) * 1000).toFixed(0),
    ].join(' | ');
  });
  return ['set | model | matches | Covis | OpenCV | ms', '--- | --- | --- | --- | --- | ---', ...rows].join(
    '\n',
  );
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
