/**
 * `npm run samples`: renders the sample pairs at full size into public/samples, with their ground truth and the list
 * that the page reads. The same program gives the same pictures.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { type SampleId, sampleScenes } from './render/sampleScenes.ts';
import { photoSize } from './render/scenes/view.ts';
import { renderSample, type SyntheticPhoto, sampleIds } from './syntheticPair.ts';

const folder = path.join(import.meta.dirname, '../../public/samples');
const quality = { supersampling: 3, gatherSpacing: 0.4, gatherRays: 64 } as const;

/** What the page needs to offer a pair; the file named by `truth` adds the ground truth. */
function listEntry(id: SampleId) {
  const { title, description } = sampleScenes[id];
  return { id, title, description, photo0: `${id}-0.jpg`, photo1: `${id}-1.jpg`, truth: `${id}.json` };
}

async function writePhoto(name: string, { width, height, rgba }: SyntheticPhoto): Promise<void> {
  const file = path.join(folder, name);
  await sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .jpeg({ quality: 88, mozjpeg: true })
    .toFile(file);
  console.error(`${name}: ${Math.round((await stat(file)).size / 1000)} kB`);
}

const writeJson = (name: string, value: unknown) =>
  writeFile(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`);

async function writeSample(id: SampleId): Promise<void> {
  const { photo0, photo1, truth } = renderSample(id, Math.max(photoSize.width, photoSize.height), quality);
  const { title, description, photo0: name0, photo1: name1 } = listEntry(id);
  await writePhoto(name0, photo0);
  await writePhoto(name1, photo1);
  await writeJson(`${id}.json`, { id, title, description, photo0: name0, photo1: name1, truth });
}

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.find((id) => !sampleIds.some((known) => known === id));
if (unknown !== undefined) {
  console.error(
    `There is no sample "${unknown}": choose from ${sampleIds.join(', ')}, or name none for all.`,
  );
  process.exit(2);
}
await mkdir(folder, { recursive: true });
for (const id of sampleIds) if (positionals.length === 0 || positionals.includes(id)) await writeSample(id);
await writeJson('index.json', sampleIds.map(listEntry));
