/** DKM from the terminal, with a narrow network of formula weights: files, numbers and refusals. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatchFile } from '../export/matchFile.ts';
import { parseMatchFile } from '../export/parseMatchFile.ts';
import { narrowWeights } from '../matchers/dkm/testing/narrowNetwork.ts';
import { readNpz, requireArray } from '../testing/readNpz.ts';
import { renderPlanarPair } from '../testing/syntheticPair.ts';
import { writeSafetensors } from '../testing/writeSafetensors.ts';
import { runTerminal } from './testing/runTerminal.ts';

let folder: string;
let photos: string[];
let weights: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'covis-dense-'));
  const { photo0, photo1 } = renderPlanarPair(3, {
    width: 160,
    height: 120,
    H: [1, 0, 4, 0, 1, -3, 0, 0, 1],
  });
  photos = await Promise.all(
    [photo0, photo1].map(async ({ rgba, width, height }, side) => {
      const file = path.join(folder, `${side}.png`);
      await sharp(rgba, { raw: { width, height, channels: 4 } })
        .removeAlpha()
        .png()
        .toFile(file);
      return file;
    }),
  );
  weights = path.join(folder, 'narrow.safetensors');
  await writeFile(weights, writeSafetensors(narrowWeights()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run match -- --matcher dkm', () => {
  it('writes the drawn matches and the dense ones', async () => {
    const [out, dense] = ['matches.json', 'dense.npz'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    const options = ['--matcher', 'dkm', '--weights', weights, '--size', '96', '--samples', '300'];
    const more = ['--preset', 'fast', '--min-confidence', '0', '--dense', dense, '--out', out];
    const { status, stderr } = await runTerminal([...photos, ...options, ...more]);
    expect(stderr).toMatch(/300 matches/);
    expect(status).toBe(0);

    const text = await readFile(out, 'utf8');
    const file = JSON.parse(text) as MatchFile;
    expect(file.matcher).toMatchObject({
      id: 'dkm',
      inputSize: [
        [96, 96],
        [96, 96],
      ],
    });
    expect(file.settings.match).toEqual({
      matcher: 'dkm',
      longEdge: 96,
      views: ['original'],
      samples: 300,
      refinement: 'propagation',
    });
    expect(parseMatchFile(text).matches.settings.samples).toBe(300);

    const arrays = readNpz(new Uint8Array(await readFile(dense)));
    // 96 x 72 of the photo at 1.6.
    const [warp0, certainty0] = ['warp0', 'certainty0'].map((name) => requireArray(arrays, name, 'float32'));
    expect(warp0!.shape).toEqual([115, 154, 2]);
    expect(certainty0!.shape).toEqual([115, 154]);
    const toPhoto = requireArray(arrays, 'cell_to_photo0', 'float64');
    expect(toPhoto.shape).toEqual([2, 3]);
    expect(toPhoto.data[0]).toBeCloseTo(160 / (96 * 1.6), 6);

    // Every match drawn from photo 0 is a cell of the grid with that cell's match.
    const scale = toPhoto.data[0]!;
    let found = 0;
    for (const [k, [x, y]] of file.keypoints0.entries()) {
      const [column, row] = [(x - toPhoto.data[2]!) / scale, (y - toPhoto.data[5]!) / scale];
      const cell = Math.round(row) * 154 + Math.round(column);
      const [x1, y1] = file.keypoints1[k]!;
      if (Math.hypot(warp0!.data[2 * cell]! - x1, warp0!.data[2 * cell + 1]! - y1) < 1e-3) found++;
    }
    expect(found).toBeGreaterThan(100);
  });

  it('refuses LoFTR weights with a line that says what they are', async () => {
    const { status, stderr } = await runTerminal([
      ...photos,
      '--matcher',
      'dkm',
      '--weights',
      'loftr-compact',
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/not those of a DKM of version 3: it holds a LoFTR network/);
  });
});
