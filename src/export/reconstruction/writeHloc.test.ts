import { unzipSync } from 'fflate';
import h5wasm, { Dataset, File } from 'h5wasm';
import { describe, expect, it } from 'vitest';
import { createPairResult } from '../../testing/createPairResult.ts';
import { createMatchFile } from '../matchFile.ts';
import { joinPairs } from './joinPairs.ts';
import { writeHloc } from './writeHloc.ts';

const pair = createPairResult(60);
const [left, right] = pair.photos;
const named = (name0: string, sha0: string, name1: string, sha1: string) =>
  createMatchFile(
    {
      ...pair,
      photos: [
        { ...left, name: name0, sha256: sha0.repeat(64) },
        { ...right, name: name1, sha256: sha1.repeat(64) },
      ],
    },
    '',
  );
const joined = joinPairs([
  named('a.jpg', 'a', 'b c.jpg', 'b'),
  named('a.jpg', 'a', 'd.jpg', 'd'),
  named('d.jpg', 'd', 'b c.jpg', 'b'),
]);

async function openHdf5(bytes: Uint8Array): Promise<(path: string) => ArrayLike<number>> {
  const { FS } = await h5wasm.ready;
  return (path) => {
    FS.writeFile('/read.h5', bytes);
    const file = new File('/read.h5', 'r');
    const dataset = file.get(path);
    if (!(dataset instanceof Dataset)) throw new Error(`${path} is no dataset`);
    const value = dataset.value as Float32Array | Int32Array;
    file.close();
    return value;
  };
}

describe('writeHloc', () => {
  it('writes keypoints under the names of the images, in the pixels of the match files', async () => {
    const read = await openHdf5(unzipSync(await writeHloc(joined, 'Covis 1'))['features.h5']!);
    for (const { name, keypoints } of joined.images) {
      expect(Array.from(read(`${name}/keypoints`)), name).toEqual(keypoints.flat().map(Math.fround));
    }
  });

  it('writes for each keypoint of the first image its match in the second, or -1', async () => {
    const read = await openHdf5(unzipSync(await writeHloc(joined, 'Covis 1'))['matches.h5']!);
    const names = joined.images.map(({ name }) => name);
    for (const { images, matches } of joined.pairs) {
      const [name0, name1] = images.map((image) => names[image]!);
      const matches0 = Array.from(read(`${name0}/${name1}/matches0`));
      const scores0 = Array.from(read(`${name0}/${name1}/matching_scores0`));
      expect(matches0).toHaveLength(joined.images[images[0]]!.keypoints.length);
      expect(scores0).toHaveLength(matches0.length);
      expect(matches0.filter((match) => match !== -1)).toHaveLength(matches.length);
      for (const { ends, confidence } of matches) {
        expect(matches0[ends[0]]).toBe(ends[1]);
        expect(scores0[ends[0]]).toBe(Math.fround(confidence));
      }
    }
  });

  it('lists the pairs by names without spaces, and says what to call the photos', async () => {
    const files = unzipSync(await writeHloc(joined, 'Covis 1'));
    const text = (name: string) => new TextDecoder().decode(files[name]);
    expect(text('pairs.txt')).toBe('a.jpg b_c.jpg\na.jpg d.jpg\nb_c.jpg d.jpg\n');
    expect(text('README.txt')).toContain('b_c.jpg, a copy of "b c.jpg"');
    expect(text('README.txt')).toContain('Matches of 3 photos in 3 pairs for hloc, written by Covis 1.');
  });

  it('writes empty lists of a pair without matches', async () => {
    const empty = joinPairs([
      createMatchFile(
        { ...pair, selection: { minimumConfidence: 0, maximumMatches: 0 }, estimation: null },
        '',
      ),
    ]);
    const read = await openHdf5(unzipSync(await writeHloc(empty, 'Covis 1'))['features.h5']!);
    expect(Array.from(read(`${empty.images[0]!.name}/keypoints`))).toEqual([]);
  });
});
