import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePairs, readEvaluationPairs } from './evaluationPairs.ts';

const homography = {
  name: 'one',
  set: 'flat',
  type: 'homography',
  image0: 'a.png',
  image1: 'b.png',
  size0: [4, 3],
  size1: [4, 3],
  H_0to1: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

function parse(...entries: unknown[]) {
  return parsePairs(JSON.stringify(entries), 'pairs.json');
}

describe('parsePairs', () => {
  it('reads each type of pair', () => {
    const K0 = homography.H_0to1;
    const T_0to1 = [...Array(4).keys()].map((k) => [0, 1, 2, 3].map((j) => Number(j === k)));
    const pose = { ...homography, name: 'two', type: 'pose', K0, K1: K0, T_0to1 };
    const corrs = { ...homography, name: 'three', type: 'corrs', correspondences: [[1, 2, 3, 4]] };
    expect(parse(homography, pose, corrs).map(({ type }) => type)).toEqual(['homography', 'pose', 'corrs']);
  });

  it.each([
    ['an entry that is no object', 7, 'Entry 2 of "pairs.json" is not an object.'],
    ['no name', { ...homography, name: undefined }, 'has no text "name"'],
    ['no picture', { ...homography, name: 'x', image1: 3 }, '("x") of "pairs.json" has no text "image1"'],
    ['a fractional size', { ...homography, name: 'x', size0: [4.5, 3] }, 'no "size0" of two positive whole'],
    [
      'a matrix with a gap',
      {
        ...homography,
        name: 'x',
        H_0to1: [
          [1, 0, 0],
          [0, 1],
          [0, 0, 1],
        ],
      },
      '3 x 3',
    ],
    [
      'a text in a matrix',
      {
        ...homography,
        name: 'x',
        H_0to1: [
          ['1', 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
      '3 x 3',
    ],
    ['an unknown type', { ...homography, name: 'x', type: 'flow' }, 'other than homography, pose or corrs'],
    ['no camera', { ...homography, name: 'x', type: 'pose' }, 'has no "K0" of 3 x 3 numbers'],
    [
      'no correspondence',
      { ...homography, name: 'x', type: 'corrs', correspondences: [] },
      '[x0, y0, x1, y1]',
    ],
    ['a name twice', homography, 'Entry 2 ("one") of "pairs.json" has the name of an earlier entry.'],
  ])('refuses %s in one sentence', (_, entry, sentence) => {
    expect(() => parse(homography, entry)).toThrow(sentence);
  });

  it('refuses what is no JSON and what is no list of pairs', () => {
    expect(() => parsePairs('[{', 'pairs.json')).toThrow('"pairs.json" is no JSON');
    expect(() => parse()).toThrow('at least one entry');
    expect(() => parsePairs('{}', 'pairs.json')).toThrow('not a list of pairs');
  });
});

describe('readEvaluationPairs', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covis-pairs-'));
    const other = { ...homography, name: 'two', set: 'other', image1: 'missing.png' };
    await writeFile(join(folder, 'pairs.json'), JSON.stringify([homography, other]));
    await Promise.all(['a.png', 'b.png'].map((name) => writeFile(join(folder, name), '')));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes the sets asked for and names those there are', async () => {
    expect((await readEvaluationPairs(folder, ['flat'])).map(({ name }) => name)).toEqual(['one']);
    await expect(readEvaluationPairs(folder, ['steep'])).rejects.toThrow('no set "steep", only flat, other.');
  });

  it('names a missing picture and a missing list before any work', async () => {
    await expect(readEvaluationPairs(folder, [])).rejects.toThrow(/"two" needs the picture ".*missing\.png"/);
    await expect(readEvaluationPairs(join(folder, 'x'), [])).rejects.toThrow(/There is no ".*pairs\.json"/);
  });
});
