/**
 * Where the tests find reference tensors: the project's own fixtures, or another folder of the same layout named
 * by `COVIS_REFERENCE`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedTensors } from '../../../checkpoint/namedTensors.ts';
import { formulaWeights, type TensorShapes } from '../../../testing/formulaWeights.ts';
import { type NpyArray, readNpz } from '../../../testing/readNpz.ts';
import type { LoftrOptions } from '../loftrConfig.ts';

const projectRoot = fileURLToPath(new URL('../../../../', import.meta.url));

export const referenceFolder =
  process.env.COVIS_REFERENCE ?? join(projectRoot, 'src/testing/fixtures/reference');

/** Files too large or not free to be part of the project. */
export const sharedFolder = process.env.COVIS_SHARED ?? join(projectRoot, '../shared');

/** What shapes do not say about the networks the reference tensors come from. */
export const referenceOptions = {
  loftr_compact_config: { heads: 4, tempBugFix: true },
  loftr_official_outdoor_config: { heads: 8, tempBugFix: false },
  loftr_official_indoor_new_config: { heads: 8, tempBugFix: true },
} as const satisfies Record<string, LoftrOptions>;

export type ReferenceName = keyof typeof referenceOptions;

/** Tensors of the authors' code and the weights they were computed with; null where the folder lacks them. */
export function findReference(
  name: ReferenceName,
): { readonly arrays: ReadonlyMap<string, NpyArray>; readonly checkpoint: NamedTensors } | null {
  const [arrays, shapes] = [`${name}.npz`, `${name}.shapes.json`].map((file) =>
    join(referenceFolder, file),
  ) as [string, string];
  if (!existsSync(arrays) || !existsSync(shapes)) return null;
  return {
    arrays: readNpz(readFileSync(arrays)),
    checkpoint: formulaWeights(JSON.parse(readFileSync(shapes, 'utf8')) as TensorShapes),
  };
}
