/** Makes what the cases read, once: a rendered pair of each size and a checkpoint of the official widths of either matcher. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formulaWeights, type TensorShapes } from '../../src/testing/formulaWeights.ts';
import { renderSample } from '../../src/testing/syntheticPair.ts';
import {
  dkmSizes,
  inputFolder,
  type MatchedId,
  type PictureSize,
  photoFile,
  sizes,
  truthFile,
  weightsFiles,
} from './inputFiles.ts';
import { writeTorchCheckpoint } from './writeTorchCheckpoint.ts';

const shapesFolder = 'src/testing/fixtures/reference';

/** @param root the project's folder */
export async function prepareInputs(root: string): Promise<void> {
  await mkdir(join(root, inputFolder), { recursive: true });
  for (const size of [...sizes, dkmSizes.published]) await preparePair(root, size);
  await prepareWeights(root, 'official', 'loftr_official_outdoor_config', 'loftr');
  await prepareWeights(root, 'dkm', 'dkm_v3_outdoor_config', 'dkm');
}

async function prepareWeights(
  root: string,
  id: MatchedId,
  configuration: string,
  network: 'loftr' | 'dkm',
): Promise<void> {
  const path = join(root, weightsFiles[id]);
  if (existsSync(path)) return;
  const shapesFile = join(root, shapesFolder, `${configuration}.shapes.json`);
  const shapes = JSON.parse(await readFile(shapesFile, 'utf8')) as TensorShapes;
  await writeFile(path, writeTorchCheckpoint(formulaWeights(shapes, network)));
}

/** Two views of one plane, so that every match can be held against a homography. */
async function preparePair(root: string, size: PictureSize): Promise<void> {
  // Written last: a run that was interrupted is done again.
  if (existsSync(join(root, truthFile(size)))) return;
  const { photo0, photo1, truth } = renderSample('poster-wall', size.width);
  if (truth.type !== 'homography' || photo0.width !== size.width || photo0.height !== size.height) {
    throw new Error('The benchmark needs a rendered plane of exactly the size it measures.');
  }
  for (const [side, { rgba }] of [photo0, photo1].entries()) {
    await writeFile(join(root, photoFile(size, side as 0 | 1)), rgba);
  }
  await writeFile(join(root, truthFile(size)), JSON.stringify(truth.H_0to1));
}
