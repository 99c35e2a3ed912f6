/**
 * Matches for COLMAP's `feature_importer` and `matches_importer` (https://colmap.github.io/tutorial.html): a zip of
 * text files with a README that says how.
 *
 * COLMAP's pixels begin half a pixel earlier than a match file's: the centre of its top-left pixel is (0.5, 0.5).
 * It takes a keypoint for one point of the scene, so each keypoint stands once and has one match at most, the most
 * confident; and it has images told apart by names without spaces, so names that do not are changed, and the README
 * says to what.
 */
import type { PairResult } from '../pipeline/pairResult.ts';
import { createMatchFile } from './matchFile.ts';
import { roundTo } from './shortestFloat.ts';
import { writeZip } from './writeZip.ts';

type Point = readonly [number, number];
type IndexPair = readonly [number, number];

/** COLMAP reads SIFT's descriptors with keypoints; nothing looks at those of imported matches. */
const noDescriptor = ` 1 0${' 0'.repeat(128)}`;
const half = 0.5;

/**
 * @param createdBy program and version
 * @throws CovisError `estimation-of-other-matches`, as the match file's
 */
export function writeColmap(result: PairResult, createdBy: string): Uint8Array<ArrayBuffer> {
  const { keypoints0, keypoints1, inlier, geometry, images } = createMatchFile(result, createdBy);
  const side0 = indexKeypoints(keypoints0);
  const side1 = indexKeypoints(keypoints1);
  const kept = oneMatchEach(side0.indices, side1.indices);
  const names = distinguish(images[0].name, images[1].name);
  const list = (which: readonly number[]) =>
    writeMatchList(
      names,
      which.map((k) => [side0.indices[k]!, side1.indices[k]!]),
    );
  const files: Record<string, string> = {
    'README.txt': describe(
      createdBy,
      names,
      images.map(({ name }) => name),
      geometry !== null,
    ),
    [`keypoints/${names[0]}.txt`]: writeKeypoints(side0.points),
    [`keypoints/${names[1]}.txt`]: writeKeypoints(side1.points),
    'matches.txt': list(kept),
    ...(geometry && { 'inliers.txt': list(kept.filter((k) => inlier[k])) }),
  };
  const encoder = new TextEncoder();
  return writeZip(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, encoder.encode(text)])),
    6,
  );
}

/** The different points of a column, and which of them each match has. */
function indexKeypoints(column: readonly Point[]): { points: readonly Point[]; indices: readonly number[] } {
  const points: Point[] = [];
  const seen = new Map<string, number>();
  const indices = column.map((point) => {
    const key = point.join();
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, points.length);
    return points.push(point) - 1;
  });
  return { points, indices };
}

/** Which matches to keep so that none shares a keypoint: the first of each, for they come by falling confidence. */
function oneMatchEach(indices0: readonly number[], indices1: readonly number[]): number[] {
  const taken0 = new Set<number>();
  const taken1 = new Set<number>();
  return [...indices0.keys()].filter((k) => {
    if (taken0.has(indices0[k]!) || taken1.has(indices1[k]!)) return false;
    taken0.add(indices0[k]!);
    taken1.add(indices1[k]!);
    return true;
  });
}

function distinguish(name0: string, name1: string): readonly [string, string] {
  const [first, second] = [name0, name1].map((name) => name.replace(/[\s/\\]+/gu, '_')) as [string, string];
  // Some systems do not tell A.jpg from a.jpg.
  const isSame = second.toLowerCase() === first.toLowerCase();
  return [first, isSame ? second.replace(/(\.[^.]*)?$/u, '_1$1') : second];
}

function writeKeypoints(points: readonly Point[]): string {
  const lines = points.map(([x, y]) => `${shift(x)} ${shift(y)}${noDescriptor}`);
  return [`${points.length} 128`, ...lines, ''].join('\n');
}

/** To COLMAP's pixels, with as many decimals as the match file has. */
function shift(coordinate: number): number {
  return roundTo(coordinate + half, 3);
}

function writeMatchList(names: readonly [string, string], pairs: readonly IndexPair[]): string {
  return [names.join(' '), ...pairs.map((pair) => pair.join(' ')), '', ''].join('\n');
}

function describe(
  createdBy: string,
  names: readonly [string, string],
  photoNames: readonly string[],
  hasInliers: boolean,
): string {
  const copies = names.map((name, side) =>
    name === photoNames[side] ? `    ${name}` : `    ${name}, a copy of photo ${side}, "${photoNames[side]}"`,
  );
  return `Matches of two photos for COLMAP, written by ${createdBy}.

1. Make a folder "images" beside this file and put the photos in it, under these names:

${copies.join('\n')}

   COLMAP does not turn photos as their EXIF orientation says, and these coordinates are of the turned ones: save a
   photo that has one as it is to be seen first.

2. Run

    colmap feature_importer --database_path database.db --image_path images --import_path keypoints
    colmap matches_importer --database_path database.db --match_list_path matches.txt --match_type raw
    mkdir sparse
    colmap mapper --database_path database.db --image_path images --output_path sparse
${
  hasInliers
    ? `
"inliers.txt" has the matches that agree with the geometry alone; with "--match_type inliers" COLMAP takes them as they
are, without a check of its own.
`
    : ''
}
No keypoint has more than one match here: where several shared one, the most confident is kept.
`;
}
