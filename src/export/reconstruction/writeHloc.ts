/**
 * Joined pairs for hloc (https://github.com/cvg/Hierarchical-Localization): its HDF5 files of features and matches and
 * its list of pairs, in a zip with a README that says how. Its keypoints are in a match file's pixels.
 */
import h5wasm, { File, type Group } from 'h5wasm';
import { writeZip } from '../writeZip.ts';
import { describePhotos } from './describePhotos.ts';
import type { JoinedImage, JoinedPair, JoinedPairs } from './joinPairs.ts';

/** @param createdBy program and version */
export async function writeHloc(joined: JoinedPairs, createdBy: string): Promise<Uint8Array<ArrayBuffer>> {
  const { images, pairs } = joined;
  const encoder = new TextEncoder();
  const names = pairs.map((pair) => pair.images.map((image) => images[image]!.name));
  return writeZip(
    {
      'README.txt': encoder.encode(describe(joined, createdBy)),
      'features.h5': await writeHdf5((file) => {
        for (const image of images) addKeypoints(file.create_group(image.name), image);
      }),
      'matches.h5': await writeHdf5((file) => {
        pairs.forEach((pair, k) => {
          const [name0, name1] = names[k]!;
          const first = file.get(name0!) ?? file.create_group(name0!);
          addMatches((first as Group).create_group(name1!), pair, images[pair.images[0]]!);
        });
      }),
      'pairs.txt': encoder.encode(names.map((pair) => `${pair.join(' ')}\n`).join('')),
    },
    6,
  );
}

function addKeypoints(group: Group, { keypoints }: JoinedImage): void {
  group.create_dataset({
    name: 'keypoints',
    data: Float32Array.from(keypoints.flat()),
    shape: [keypoints.length, 2],
  });
}

/** For each keypoint of the first image, its match in the second (-1: none) and how confident that is. */
function addMatches(group: Group, { matches }: JoinedPair, { keypoints }: JoinedImage): void {
  const matches0 = new Int32Array(keypoints.length).fill(-1);
  const scores0 = new Float32Array(keypoints.length);
  for (const { ends, confidence } of matches) {
    matches0[ends[0]] = ends[1];
    scores0[ends[0]] = confidence;
  }
  group.create_dataset({ name: 'matches0', data: matches0, shape: [matches0.length] });
  group.create_dataset({ name: 'matching_scores0', data: scores0, shape: [scores0.length] });
}

/** Written where HDF5 believes a disk to be, which is memory. */
async function writeHdf5(fill: (file: File) => void): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const path = '/covis.h5';
  const file = new File(path, 'w');
  try {
    fill(file);
    file.close();
    return FS.readFile(path);
  } finally {
    FS.unlink(path);
  }
}

function describe(joined: JoinedPairs, createdBy: string): string {
  return `${describePhotos(joined, 'hloc', createdBy)}
2. Run, where hloc is installed,

    python -m hloc.reconstruction --sfm_dir sparse --image_dir images --pairs pairs.txt --features features.h5 --matches matches.h5

   or give these files to its triangulation and localisation.

No keypoint has more than one match in a pair: where several shared one, the most confident is kept.
`;
}
