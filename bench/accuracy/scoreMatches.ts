/** Rows from match files that any program may have written. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PairMatches } from '../../src/pipeline/pairMatches.ts';
import type { ResultRow, ScoredRows } from './accuracyResult.ts';
import type { EvaluationPair } from './evaluationPairs.ts';
import { readJson } from './readJson.ts';
import { type PairScore, secondsOf, summariseSets } from './scores.ts';
import { matchFileName, scoreWithOpenCv } from './scoreWithOpenCv.ts';

/**
 * @param matchFolders one match file a pair; `about.json` beside them, where there is one, says what made them
 * @throws Error with one sentence for a folder without a match file of any of the pairs
 */
export async function scoreMatches(
  evaluationFolder: string,
  pairs: readonly EvaluationPair[],
  matchFolders: readonly string[],
  repeats: number,
): Promise<ScoredRows> {
  for (const folder of matchFolders) await requireMatchFiles(folder, pairs);
  const openCv = await scoreWithOpenCv(evaluationFolder, pairs, matchFolders, repeats);
  const rows = await Promise.all(
    matchFolders.map(async (folder, k): Promise<ResultRow> => {
      const about = (await readJson<Partial<ResultRow>>(join(folder, 'about.json'))) ?? {};
      const scores = await Promise.all(
        pairs.map(async (pair, p): Promise<PairScore> => {
          const file = await readJson<Partial<PairMatches>>(join(folder, matchFileName(pair)));
          return { ...openCv.folders[k]![p]!, seconds: secondsOf(file?.timingsMs ?? {}) };
        }),
      );
      return {
        label: about.label ?? basename(folder),
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

/** A pair without a file has no matches; a folder without any is the wrong folder. */
async function requireMatchFiles(folder: string, pairs: readonly EvaluationPair[]): Promise<void> {
  const names = new Set(await readdir(folder).catch(() => []));
  if (pairs.some((pair) => names.has(matchFileName(pair)))) return;
  throw new Error(`"${folder}" has no match file of these pairs, such as "${matchFileName(pairs[0]!)}".`);
}
