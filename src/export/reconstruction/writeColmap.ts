/**
 * Joined pairs for COLMAP's `feature_importer` and `matches_importer` (https://colmap.github.io/tutorial.html): a zip
 * of text files with a README that says how.
 *
 * COLMAP's pixels begin half a pixel earlier than a match file's: the centre of its top-left pixel is (0.5, 0.5).
 */
import { roundTo } from '../shortestFloat.ts';
import { writeZip } from '../writeZip.ts';
import { describePhotos } from './describePhotos.ts';
import type { JoinedImage, JoinedMatch, JoinedPairs } from './joinPairs.ts';

/** COLMAP reads SIFT's descriptors with keypoints; nothing looks at those of imported matches. */
const noDescriptor = ` 1 0${' 0'.repeat(128)}`;
const half = 0.5;

/** @param createdBy program and version */
export function writeColmap(joined: JoinedPairs, createdBy: string): Uint8Array<ArrayBuffer> {
  const { images, hasGeometry } = joined;
  const texts: Record<string, string> = {
    'README.txt': describe(joined, createdBy),
    ...Object.fromEntries(images.map((image) => [`keypoints/${image.name}.txt`, writeKeypoints(image)])),
    'matches.txt': writeMatchLists(joined, () => true),
    ...(hasGeometry && { 'inliers.txt': writeMatchLists(joined, ({ isInlier }) => isInlier) }),
  };
  const encoder = new TextEncoder();
  return writeZip(
    Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, encoder.encode(text)])),
    6,
  );
}

function writeKeypoints({ keypoints }: JoinedImage): string {
  const lines = keypoints.map(([x, y]) => `${shift(x)} ${shift(y)}${noDescriptor}`);
  return [`${keypoints.length} 128`, ...lines, ''].join('\n');
}

/** To COLMAP's pixels, with as many decimals as the match file has. */
function shift(coordinate: number): number {
  return roundTo(coordinate + half, 3);
}

function writeMatchLists({ images, pairs }: JoinedPairs, isWanted: (match: JoinedMatch) => boolean): string {
  return pairs
    .map((pair) => {
      const names = pair.images.map((image) => images[image]!.name).join(' ');
      const lines = pair.matches.filter(isWanted).map(({ ends }) => ends.join(' '));
      return [names, ...lines, '', ''].join('\n');
    })
    .join('');
}

function describe(joined: JoinedPairs, createdBy: string): string {
  return `${describePhotos(joined, 'COLMAP', createdBy)}
2. Run

    colmap feature_importer --database_path database.db --image_path images --import_path keypoints
    colmap matches_importer --database_path database.db --match_list_path matches.txt --match_type raw
    mkdir sparse
    colmap mapper --database_path database.db --image_path images --output_path sparse
${
  joined.hasGeometry
    ? `
"inliers.txt" has the matches that agree with the geometry alone; with "--match_type inliers" COLMAP takes them as they
are, without a check of its own.
`
    : ''
}
No keypoint has more than one match in a pair: where several shared one, the most confident is kept.
`;
}
