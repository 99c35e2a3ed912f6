/**
 * Where the tests find DKM's reference tensors: the project's own fixtures, or another folder of the same layout
 * named by `COVIS_REFERENCE`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedTensors } from '../../../checkpoint/namedTensors.ts';
import { formulaWeights, type TensorShapes } from '../../../testing/formulaWeights.ts';
import { type NpyArray, readNpz } from '../../../testing/readNpz.ts';

export const referenceFolder =
  process.env.COVIS_REFERENCE ??
  fileURLToPath(new URL('../../../testing/fixtures/reference', import.meta.url));

const name = 'dkm_v3_outdoor_config';

/** Names and shapes of the tensors of the official outdoor checkpoint. */
export function officialShapes(): TensorShapes {
  return JSON.parse(readFileSync(join(referenceFolder, `${name}.shapes.json`), 'utf8')) as TensorShapes;
}

/** Tensors of the authors' code and the weights they were computed with; null where the folder lacks them. */
export function findReference(): {
  readonly arrays: ReadonlyMap<string, NpyArray>;
  readonly checkpoint: NamedTensors;
} | null {
  const arrays = join(referenceFolder, `${name}.npz`);
  if (!existsSync(arrays)) return null;
  return { arrays: readNpz(readFileSync(arrays)), checkpoint: formulaWeights(officialShapes(), 'dkm') };
}
