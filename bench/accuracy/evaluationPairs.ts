/**
 * An evaluation folder: pairs of pictures with ground truth. `pairs.json` is a list with one entry a pair; pixel
 * centres are at integers, and the pictures must have the sizes that the entries say, for the ground truth is
 * in their pixels. See README.md for the format.
 */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

type PixelSize = readonly [width: number, height: number];
type Rows = readonly (readonly number[])[];

interface PictureNames {
  /** Unique in its folder. */
  readonly name: string;
  readonly set: string;
  /** Relative to the folder. */
  readonly image0: string;
  readonly image1: string;
  readonly size0: PixelSize;
  readonly size1: PixelSize;
}

/** A flat scene: `H_0to1` maps pixels of picture 0 to pixels of picture 1. */
export interface HomographyPair extends PictureNames {
  readonly type: 'homography';
  readonly H_0to1: Rows;
}

/** Calibrated cameras: a point X of camera 0 lies at R X + t in camera 1, `T_0to1` = [R t; 0 1]. */
export interface PosePair extends PictureNames {
  readonly type: 'pose';
  readonly K0: Rows;
  readonly K1: Rows;
  readonly T_0to1: Rows;
}

/** Correspondences [x0, y0, x1, y1] made by hand. */
export interface CorrespondencePair extends PictureNames {
  readonly type: 'corrs';
  readonly correspondences: Rows;
}

export type EvaluationPair = HomographyPair | PosePair | CorrespondencePair;
export type PairType = EvaluationPair['type'];

/**
 * @param sets only pairs of these; empty for all
 * @throws Error with one sentence: what is wrong with the folder
 */
export async function readEvaluationPairs(
  folder: string,
  sets: readonly string[],
): Promise<readonly EvaluationPair[]> {
  const path = join(folder, 'pairs.json');
  const pairs = parsePairs(await readText(path), path);
  const known = [...new Set(pairs.map(({ set }) => set))];
  for (const set of sets) {
    if (!known.includes(set)) throw new Error(`"${path}" has no set "${set}", only ${known.join(', ')}.`);
  }
  const chosen = pairs.filter(({ set }) => sets.length === 0 || sets.includes(set));
  for (const pair of chosen) {
    for (const image of [pair.image0, pair.image1]) {
      await access(join(folder, image)).catch(() => {
        throw new Error(
          `The pair "${pair.name}" needs the picture "${join(folder, image)}", which is missing.`,
        );
      });
    }
  }
  return chosen;
}

/** @param path for messages */
export function parsePairs(text: string, path: string): readonly EvaluationPair[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(`"${path}" is no JSON: ${error instanceof Error ? error.message : error}.`);
  }
  if (!Array.isArray(content) || content.length === 0) {
    throw new Error(`"${path}" is not a list of pairs with at least one entry.`);
  }
  const names = new Set<string>();
  return content.map((entry, k) => {
    const flaw = findFlaw(entry) ?? (names.has(entry.name) ? 'has the name of an earlier entry' : null);
    if (flaw !== null) {
      const name = typeof entry?.name === 'string' ? ` ("${entry.name}")` : '';
      throw new Error(`Entry ${k + 1}${name} of "${path}" ${flaw}.`);
    }
    names.add(entry.name);
    return entry as EvaluationPair;
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Error(`There is no "${path}" that can be read: give a folder with evaluation pairs.`);
  }
}

/** What keeps an entry from being a pair, as the end of a sentence; null when nothing does. */
function findFlaw(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null) return 'is not an object';
  const fields = entry as Record<string, unknown>;
  for (const key of ['name', 'set', 'image0', 'image1']) {
    if (typeof fields[key] !== 'string' || fields[key] === '') return `has no text "${key}"`;
  }
  for (const key of ['size0', 'size1']) {
    const size = fields[key];
    if (!isRow(size, 2) || !size.every((side) => Number.isInteger(side) && side > 0)) {
      return `has no "${key}" of two positive whole numbers`;
    }
  }
  const needMatrix = (key: string, side: number): string | null =>
    isMatrix(fields[key], side, side) ? null : `has no "${key}" of ${side} x ${side} numbers`;
  switch (fields.type) {
    case 'homography':
      return needMatrix('H_0to1', 3);
    case 'pose':
      return needMatrix('K0', 3) ?? needMatrix('K1', 3) ?? needMatrix('T_0to1', 4);
    case 'corrs': {
      const rows = fields.correspondences;
      const good = Array.isArray(rows) && rows.length > 0 && isMatrix(rows, rows.length, 4);
      return good ? null : 'has no "correspondences", a list of [x0, y0, x1, y1]';
    }
    default:
      return 'has a "type" other than homography, pose or corrs';
  }
}

function isMatrix(value: unknown, rows: number, columns: number): value is Rows {
  return Array.isArray(value) && value.length === rows && value.every((row) => isRow(row, columns));
}

function isRow(value: unknown, length: number): value is readonly number[] {
  return Array.isArray(value) && value.length === length && value.every((entry) => Number.isFinite(entry));
}
