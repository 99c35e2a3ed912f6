/** Scoring by `score.py`: OpenCV for Python has the field's estimators, and OpenCV.js only one of them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EvaluationPair } from './evaluationPairs.ts';
import type { PairScore } from './scores.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('score.py', import.meta.url));
const interpreter = process.env.PYTHON || 'python3';

export type OpenCvScore = Omit<PairScore, 'seconds'>;

export interface OpenCvScores {
  /** Such as "OpenCV 5.0.0, NumPy 2.4.6". */
  readonly versions: string;
  /** For each folder one entry a pair. */
  readonly folders: readonly (readonly OpenCvScore[])[];
}

/** What `score.py` prints. */
interface Report {
  readonly versions: Readonly<Record<string, string>>;
  readonly folders: readonly (readonly {
    readonly name: string;
    readonly matches: number;
    readonly correct: number | null;
    readonly errors?: readonly (number | null)[];
    readonly recalls?: readonly number[];
  }[])[];
}

/** @throws Error with one sentence where Python or a package is missing */
export async function requirePython(): Promise<void> {
  try {
    await run(interpreter, ['-c', 'import cv2, numpy']);
  } catch {
    throw new Error(
      `Scoring needs Python with NumPy and OpenCV, and "${interpreter}" has not got them: run "${interpreter} -m pip ` +
        'install -r bench/accuracy/requirements.txt", or name another interpreter by the variable PYTHON.',
    );
  }
}

/**
 * @param pairs in the order of the result
 * @param matchFolders one match file a pair (see `matchFileName`)
 */
export async function scoreWithOpenCv(
  evaluationFolder: string,
  pairs: readonly EvaluationPair[],
  matchFolders: readonly string[],
  repeats: number,
): Promise<OpenCvScores> {
  const args = [program, evaluationFolder, String(repeats), ...matchFolders];
  const { stdout } = await run(interpreter, args, { maxBuffer: 1 << 30 }).catch((error) => {
    throw new Error(String(error.stderr || error).trim(), { cause: error });
  });
  const { versions, folders } = JSON.parse(stdout) as Report;
  return {
    versions: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    folders: folders.map((entries) => {
      const byName = new Map(entries.map((entry) => [entry.name, entry]));
      return pairs.map(({ name }) => {
        const { matches, correct, errors, recalls } = byName.get(name)!;
        const results = recalls ?? errors!.map((error) => error ?? Number.POSITIVE_INFINITY);
        return { matches, correct, results };
      });
    }),
  };
}

/** The match file of a pair in a folder of such. */
export function matchFileName(pair: EvaluationPair): string {
  return `${pair.name.replaceAll('/', '__')}.json`;
}
