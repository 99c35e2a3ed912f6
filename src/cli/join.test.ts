/** `npm run join` as a person or a script meets it: exit status, what it says, and files that are right. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdBy } from '../export/createdBy.ts';
import { createMatchFile, writeMatchFile } from '../export/matchFile.ts';
import { joinPairs } from '../export/reconstruction/joinPairs.ts';
import { writeColmap } from '../export/reconstruction/writeColmap.ts';
import { createPairResult } from '../testing/createPairResult.ts';
import { runTerminal } from './testing/runTerminal.ts';

const pair = createPairResult(60);
const [left, right] = pair.photos;
const other = { ...pair, photos: [right, { ...left, name: 'third.jpg', sha256: 'c'.repeat(64) }] } as const;
const matchFiles = [pair, other].map((result) => createMatchFile(result, createdBy));
const texts = matchFiles.map(writeMatchFile);

let folder: string;
let files: readonly string[];
const inFolder = (name: string) => path.join(folder, name);
const run = (...args: readonly string[]) => runTerminal(args, { name: 'join' });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'covis-join-'));
  files = texts.map((_, k) => inFolder(`pair${k}.json`));
  for (const [k, file] of files.entries()) await writeFile(file, texts[k]!);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run join', () => {
  it('writes the matches of several match files as one zip', async () => {
    const out = inFolder('colmap.zip');
    const { status, stdout, stderr } = await run(...files, '--colmap', out);
    expect([status, stdout, stderr]).toEqual([0, '', '3 photos, 2 pairs\n']);
    const written = new Uint8Array(await readFile(out));
    expect(written).toEqual(writeColmap(joinPairs(matchFiles), createdBy));
    expect(Object.keys(unzipSync(written))).toContain('keypoints/third.jpg.txt');
  });

  it('writes them for COLMAP and hloc at once', async () => {
    const [colmap, hloc] = [inFolder('both.colmap.zip'), inFolder('both.hloc.zip')];
    expect((await run(...files, '--colmap', colmap, '--hloc', hloc)).status).toBe(0);
    expect(Object.keys(unzipSync(new Uint8Array(await readFile(colmap))))).toContain('matches.txt');
    expect(Object.keys(unzipSync(new Uint8Array(await readFile(hloc))))).toContain('features.h5');
  });

  it('shares keypoints within the distance that it is told', async () => {
    const out = inFolder('shared.zip');
    expect((await run(...files, '--colmap', out, '--share-px', '8')).status).toBe(0);
    const written = new Uint8Array(await readFile(out));
    expect(written).toEqual(writeColmap(joinPairs(matchFiles, 8), createdBy));
    expect(written).not.toEqual(writeColmap(joinPairs(matchFiles), createdBy));
  });

  it.each([
    ['no match file', () => ['--colmap', inFolder('x.zip')], 'Match files are needed'],
    ['nowhere to write', () => [...files], '--colmap FILE.zip or --hloc FILE.zip'],
    [
      'a distance that is none',
      () => [...files, '--colmap', 'x.zip', '--share-px', '1000'],
      '--share-px is a number',
    ],
    ['an unknown option', () => [...files, '--share', '1'], '--share'],
  ])('refuses %s as wrong usage', async (_, args, sentence) => {
    const { status, stdout, stderr } = await run(...args());
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('usage: npm run join');
  });

  it.each([
    ['a match file that is not there', () => [inFolder('absent.json')], 'absent.json" cannot be read'],
    [
      'a file that is no match file',
      () => [files[0]!, inFolder('package.json')],
      'package.json": This file is JSON but no',
    ],
    [
      'a match file that was cut off',
      () => [inFolder('cut.json')],
      'cut.json": This file is no match file, or was cut',
    ],
  ])('names %s', async (_, named, sentence) => {
    await writeFile(inFolder('package.json'), '{"name": "covis"}');
    await writeFile(inFolder('cut.json'), texts[0]!.slice(0, 500));
    const { status, stdout, stderr } = await run(...named(), '--colmap', inFolder('x.zip'));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says before it reads that it cannot write', async () => {
    const { status, stderr } = await run(inFolder('absent.json'), '--colmap', inFolder('no/such/folder.zip'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The file for COLMAP cannot be written/);
  });

  it('explains itself when asked', async () => {
    const { status, stdout } = await run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('usage: npm run join -- MATCHES.json...');
  });
});
