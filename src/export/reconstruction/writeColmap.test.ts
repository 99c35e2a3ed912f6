import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { PairResult } from '../../pipeline/pairResult.ts';
import { createPairResult } from '../../testing/createPairResult.ts';
import { createMatchFile } from '../matchFile.ts';
import { joinPairs } from './joinPairs.ts';
import { writeColmap } from './writeColmap.ts';

const result = createPairResult(60);

const write = (pair: PairResult) => writeColmap(joinPairs([createMatchFile(pair, '')]), 'Covis 1');

function read(pair: PairResult): Record<string, string> {
  const decoder = new TextDecoder();
  return Object.fromEntries(
    Object.entries(unzipSync(write(pair))).map(([path, bytes]) => [path, decoder.decode(bytes)]),
  );
}

function named(name0: string, name1: string): PairResult {
  const [photo0, photo1] = result.photos;
  return {
    ...result,
    photos: [
      { ...photo0, name: name0 },
      { ...photo1, name: name1 },
    ],
  };
}

/** The points of a keypoint file as COLMAP reads it: a count and the descriptor's length, then a line a point. */
function readKeypoints(text: string): [number, number][] {
  const [head, ...lines] = text.trimEnd().split('\n');
  const [count, length] = head!.split(' ').map(Number);
  expect(length).toBe(128);
  expect(lines).toHaveLength(count!);
  return lines.map((line) => {
    const numbers = line.split(' ').map(Number);
    expect(numbers).toHaveLength(4 + length!);
    return [numbers[0]!, numbers[1]!];
  });
}

/** The index pairs of a match list as COLMAP reads it: both names, a line a match, an empty line. */
function readMatches(text: string, names: string): [number, number][] {
  expect(text.endsWith('\n\n')).toBe(true);
  const [head, ...lines] = text.trimEnd().split('\n');
  expect(head).toBe(names);
  return lines.map((line) => line.split(' ').map(Number) as [number, number]);
}

/** With keypoint `from` of a side where keypoint `to` is. */
function sharing(side: 0 | 1, from: number, to: number): PairResult {
  const column = (['keypoints0', 'keypoints1'] as const)[side];
  const points = result.matches[column].slice();
  points.copyWithin(2 * from, 2 * to, 2 * to + 2);
  return { ...result, matches: { ...result.matches, [column]: points } };
}

describe('writeColmap', () => {
  it('writes the matches of the match file, in pixels that begin half a pixel earlier', () => {
    const files = read(named('a.jpg', 'b.png'));
    const points0 = readKeypoints(files['keypoints/a.jpg.txt']!);
    const points1 = readKeypoints(files['keypoints/b.png.txt']!);
    const { keypoints0, keypoints1 } = createMatchFile(result, '');
    const pairs = readMatches(files['matches.txt']!, 'a.jpg b.png');
    expect(pairs).toHaveLength(60);
    pairs.forEach(([i, j], k) => {
      expect(points0[i]![0]).toBeCloseTo(keypoints0[k]![0] + 0.5, 6);
      expect(points0[i]![1]).toBeCloseTo(keypoints0[k]![1] + 0.5, 6);
      expect(points1[j]![0]).toBeCloseTo(keypoints1[k]![0] + 0.5, 6);
      expect(points1[j]![1]).toBeCloseTo(keypoints1[k]![1] + 0.5, 6);
    });
  });

  it('lists those that agree with the geometry apart', () => {
    const files = read(named('a.jpg', 'b.jpg'));
    const all = readMatches(files['matches.txt']!, 'a.jpg b.jpg');
    const { inlier } = createMatchFile(result, '');
    expect(readMatches(files['inliers.txt']!, 'a.jpg b.jpg')).toEqual(all.filter((_, k) => inlier[k]));
    expect(files['README.txt']).toContain('"inliers.txt"');
  });

  it('lists none where there is no geometry', () => {
    const files = read({ ...result, estimation: null });
    expect(Object.keys(files)).not.toContain('inliers.txt');
    expect(files['README.txt']).not.toContain('inliers');
  });

  it.each([0, 1] as const)(
    'keeps the more confident of two matches that share a keypoint of photo %i',
    (side) => {
      const files = read({
        ...sharing(side, 7, 3),
        photos: named('a.jpg', 'b.jpg').photos,
        estimation: null,
      });
      const points = [files['keypoints/a.jpg.txt']!, files['keypoints/b.jpg.txt']!].map(readKeypoints);
      expect(points[side]).toHaveLength(59);
      expect(new Set(points[side]!.map(String)).size).toBe(59);
      const pairs = readMatches(files['matches.txt']!, 'a.jpg b.jpg');
      expect(pairs).toHaveLength(59);
      for (const end of [0, 1] as const) expect(new Set(pairs.map((pair) => pair[end])).size).toBe(59);
      const { keypoints0 } = createMatchFile(result, '');
      expect(pairs.map(([i]) => points[0]![i]![0])).toContainEqual(
        expect.closeTo(keypoints0[3]![0] + 0.5, 6),
      );
      if (side === 1)
        expect(pairs.map(([i]) => points[0]![i]![0])).not.toContainEqual(
          expect.closeTo(keypoints0[7]![0] + 0.5, 6),
        );
    },
  );

  it('gives COLMAP names that it can tell apart, and says what to call the photos', () => {
    const spaced = read(named('my photo.jpg', 'b.jpg'));
    expect(Object.keys(spaced)).toContain('keypoints/my_photo.jpg.txt');
    expect(spaced['matches.txt']!.split('\n')[0]).toBe('my_photo.jpg b.jpg');
    expect(spaced['README.txt']).toContain('my_photo.jpg, a copy of "my photo.jpg"');
    expect(spaced['README.txt']).not.toContain('b.jpg, a copy');

    const twins = read(named('IMG_1.jpg', 'IMG_1.jpg'));
    expect(twins['matches.txt']!.split('\n')[0]).toBe('IMG_1.jpg IMG_1_1.jpg');
    expect(twins['README.txt']).toContain('IMG_1_1.jpg, a copy of "IMG_1.jpg"');
    expect(read(named('A.jpg', 'a.jpg'))['matches.txt']!.split('\n')[0]).toBe('A.jpg a_1.jpg');
    expect(read(named('pasted', 'pasted'))['matches.txt']!.split('\n')[0]).toBe('pasted pasted_1');
  });

  it('writes empty lists of a pair without matches', () => {
    const files = read({ ...named('a.jpg', 'b.jpg'), ...withoutMatches() });
    expect(readKeypoints(files['keypoints/a.jpg.txt']!)).toEqual([]);
    expect(readMatches(files['matches.txt']!, 'a.jpg b.jpg')).toEqual([]);
  });

  it('writes the same bytes again', () => {
    expect(write(result)).toEqual(write(result));
  });
});

function withoutMatches(): Pick<PairResult, 'selection' | 'estimation'> {
  return { selection: { minimumConfidence: 0, maximumMatches: 0 }, estimation: null };
}
