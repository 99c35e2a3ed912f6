/** Makes what the cases read, once: a rendered pair of each size and a checkpoint of the official widths. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formulaWeights, type TensorShapes } from '../../src/testing/formulaWeights.ts';
import { renderSample } from '../../src/testing/syntheticPair.ts';
import { inputFolder, type PictureSize, photoFile, sizes, truthFile, weightsFiles } from './inputFiles.ts';
import { writeTorchCheckpoint } from './writeTorchCheckpoint.ts';

const officialShapes = 'src/testing/fixtures/reference/loftr_official_outdoor_config.shapes.json';

/** @param root the project's folder */
export async function prepareInputs(root: string): Promise<void> {
  await mkdir(join(root, inputFolder), { recursive: true });
  for (const size of sizes) await preparePair(root, size);
  const official = join(root, weightsFiles.official);
  if (!existsSync(official)) {
    const shapes = JSON.parse(await readFile(join(root, officialShapes), 'utf8')) as TensorShapes;
    await writeFile(official, writeTorchCheckpoint(formulaWeights(shapes)));
  }
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
