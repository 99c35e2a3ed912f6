/**
 * The terminal as a person or a script meets it: exit status, what goes to which stream, and files that are right.
 * On WebAssembly, so that the tests need no optional package.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatchFile } from '../export/matchFile.ts';
import {
  type Matrix3,
  renderPlanarPair,
  type SyntheticPair,
  type SyntheticPhoto,
} from '../testing/syntheticPair.ts';
import { runTerminal } from './testing/runTerminal.ts';

const size = { width: 320, height: 240 };
const homography: Matrix3 = [0.98, -0.1, 18, 0.08, 0.96, 2, 1.5e-4, -1e-4, 1];
const settings = ['--provider', 'wasm', '--size', '320'];

let folder: string;
let pair: SyntheticPair;
let photos: readonly [string, string];

const inFolder = (name: string) => path.join(folder, name);

async function writePhoto(name: string, { rgba, width, height }: SyntheticPhoto): Promise<string> {
  await sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png()
    .toFile(inFolder(name));
  return inFolder(name);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'covis-terminal-'));
  pair = renderPlanarPair(7, { ...size, H: homography });
  photos = [await writePhoto('a.png', pair.photo0), await writePhoto('b.png', pair.photo1)];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function parse(text: string): Promise<MatchFile> {
  const file: unknown = JSON.parse(text);
  const schema = JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../public/match-file.schema.json'), 'utf8'),
  );
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(file);
  expect(validate.errors ?? []).toEqual([]);
  return file as MatchFile;
}

function withoutTimes({ timingsMs, viewReports, ...content }: MatchFile) {
  return { ...content, viewReports: viewReports?.map(({ milliseconds, ...report }) => report) };
}

describe('npm run match', () => {
  it('writes a valid match file to standard output and nothing else, and the same one to --out', async () => {
    const out = inFolder('out.json');
    // Started elsewhere: weights and photos are found all the same.
    const toOutput = await runTerminal(['a.png', 'b.png', ...settings], { cwd: folder });
    expect(toOutput.status, toOutput.stderr).toBe(0);
    const colmap = inFolder('colmap.zip');
    const toFile = await runTerminal([...photos, ...settings, '--out', out, '--colmap', colmap]);
    expect(toFile.status, toFile.stderr).toBe(0);
    expect(toFile.stdout).toBe('');

    const file = await parse(toOutput.stdout);
    const otherFile = await parse(await readFile(out, 'utf8'));
    expect(withoutTimes(otherFile)).toEqual(withoutTimes(file));
    expect(file.timingsMs.total).toBeGreaterThan(0);
    expect(Object.keys(otherFile.timingsMs)).toEqual(Object.keys(file.timingsMs));
    expect(file.images.map(({ name, width, height }) => ({ name, width, height }))).toEqual([
      { name: 'a.png', ...size },
      { name: 'b.png', ...size },
    ]);
    const archive = unzipSync(new Uint8Array(await readFile(colmap)));
    const [head, ...lines] = new TextDecoder().decode(archive['matches.txt']).trimEnd().split('\n');
    expect(head).toBe('a.png b.png');
    // All matches but those that share a keypoint with a more confident one.
    expect(lines.length).toBeGreaterThan(0.9 * file.keypoints0.length);
    // One line for a person, on the other stream, and no progress where it is no terminal.
    expect(toFile.stderr).toMatch(
      /^\d+ matches, \d+ inliers; Homography, because .* \(\d+\.\d s, onnxruntime-web, .*\)\n$/,
    );
  });

  it('finds the matches that are there', async () => {
    const { stdout } = await runTerminal([...photos, ...settings, '--threshold-px', '2']);
    const file = await parse(stdout);
    expect(file.keypoints0.length).toBeGreaterThan(500);
    const errors = file.keypoints0.map(
      ([x0, y0], k) => pair.transferError(x0, y0, ...file.keypoints1[k]!) ?? Number.POSITIVE_INFINITY,
    );
    expect(errors.filter((error) => error < 3).length / errors.length).toBeGreaterThan(0.9);
    const inlierErrors = errors.filter((_, k) => file.inlier[k]);
    expect(inlierErrors.length).toBe(file.geometry!.inlierCount);
    expect(inlierErrors.filter((error) => error < 3).length / inlierErrors.length).toBeGreaterThan(0.97);
    expect(file.geometry!.thresholdPx).toBe(2);
  });

  it('keeps to the settings', async () => {
    const { stdout, stderr, status } = await runTerminal([
      ...photos,
      ...['--provider', 'wasm', '--size', '160', '--min-confidence', '0.5', '--max-matches', '40'],
    ]);
    expect(status, stderr).toBe(0);
    const file = await parse(stdout);
    expect(file.keypoints0).toHaveLength(40);
    expect(Math.min(...file.confidence)).toBeGreaterThanOrEqual(0.5);
    expect(file.matcher).toMatchObject({
      id: 'loftr',
      executionProvider: 'wasm',
      inputSize: [
        [160, 120],
        [160, 120],
      ],
    });
    expect(file.settings).toMatchObject({ minimumConfidence: 0.5, maximumMatches: 40 });
  });

  it.each([
    ['a missing photo', () => [inFolder('absent.jpg'), photos[1]], /“.*absent\.jpg” cannot be opened/],
    ['a file that is no picture', () => [inFolder('letter.jpg'), photos[1]], /“letter\.jpg” is a text file/],
    ['a photo that is cut off', () => [photos[0], inFolder('cut.png')], /“cut\.png” ends too early/],
    ['unknown weights', () => [...photos, '--weights', 'superglue'], /superglue/],
    [
      'weights of another kind',
      () => [...photos, '--weights', inFolder('letter.jpg')],
      /no weights that Covis/,
    ],
    [
      // Before it looks at anything else.
      'a place that cannot be written',
      () => [inFolder('absent.jpg'), photos[1], '--out', inFolder('no/such/folder.json')],
      /^The match file cannot be written: .*no\/such/,
    ],
    [
      'a place for COLMAP that cannot be written',
      () => [inFolder('absent.jpg'), photos[1], '--colmap', inFolder('no/such/folder.zip')],
      /^The file for COLMAP cannot be written: .*no\/such/,
    ],
    [
      'a folder in the place of a file',
      () => [...photos, '--out', folder],
      /^The match file cannot be written: ".*" is a folder\./,
    ],
    [
      'a size beyond all memory',
      () => [inFolder('large.png'), inFolder('large.png'), '--provider', 'wasm', '--size', '4096'],
      /^At a long edge of 4096 pixels .* memory .*: choose \d+ and run again \(--size \d+\)\.$/m,
    ],
    ['a photo too small', () => [inFolder('dot.png'), photos[1]], /1 × 1 pixels is too small/],
  ])('ends with 1 and one line for %s', async (_, args, sentence) => {
    await writeFile(inFolder('letter.jpg'), 'Dear reader, this is no picture.');
    await writeFile(inFolder('cut.png'), (await readFile(photos[0])).subarray(0, 5000));
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } }).toFile(
      inFolder('dot.png'),
    );
    await sharp({ create: { width: 2048, height: 1536, channels: 3, background: 'red' } }).toFile(
      inFolder('large.png'),
    );
    const { status, stdout, stderr } = await runTerminal(args());
    expect(stderr).toMatch(sentence);
    expect(stderr).toMatch(/^[^\n]+\.\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  it.each([
    [[], /^Two photos are needed, 0 given\./],
    [['a.png', 'b.png', '--size', 'huge'], /^--size is a whole number/],
    [['a.png', 'b.png', '--frobnicate'], /--frobnicate/],
  ])('ends with 2 and shows the usage for %j', async (args, sentence) => {
    const before = await readdir(folder);
    const { status, stdout, stderr } = await runTerminal(args, { cwd: folder });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain('usage: npm run match -- PHOTO0 PHOTO1 [options]');
    expect(await readdir(folder)).toEqual(before);
  });

  it('explains itself when asked', async () => {
    const { status, stdout, stderr } = await runTerminal(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('exit status: 0 success, 1 failure, 2 wrong usage');
  });
});
