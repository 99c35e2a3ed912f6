/**
 * Matches of one or more pairs as programs that reconstruct want them: keypoints of each photo, and which of them
 * each pair matches. Such programs take a keypoint for one point of the scene, so each keypoint stands once and has
 * one match a pair at most, the most confident; photos are the same where their files are.
 */
import type { Point } from '../../geometry/coordinates.ts';
import { CovisError } from '../../reporting/covisError.ts';
import type { MatchFile } from '../matchFile.ts';
import { nameImages } from './nameImages.ts';
import { type MatchEnds, shareKeypoints } from './shareKeypoints.ts';

export interface JoinedImage {
  readonly photoName: string;
  /** What tells it apart from the others: without spaces and folders. */
  readonly name: string;
  /** In a match file's pixels: the centre of the top-left pixel is at (0, 0). */
  readonly keypoints: readonly Point<'photo'>[];
}

export interface JoinedMatch {
  /** Indices of keypoints of the pair's images. */
  readonly ends: readonly [number, number];
  readonly confidence: number;
  /** Agrees with the geometry of its match file. */
  readonly isInlier: boolean;
}

export interface JoinedPair {
  /** Indices of images, the lower first. */
  readonly images: readonly [number, number];
  /** By falling confidence. */
  readonly matches: readonly JoinedMatch[];
}

export interface JoinedPairs {
  readonly images: readonly JoinedImage[];
  readonly pairs: readonly JoinedPair[];
  /** Whether any match file has a geometry. */
  readonly hasGeometry: boolean;
}

/** How far apart two pairs' ends of matches may lie to be one keypoint, in pixels of their photo. */
export const defaultSharingRadiusPx = 1;

/** Where the matches of one file end in one of its photos. */
interface FileEnds extends MatchEnds {
  readonly photo: number;
  /** For each match, which of the points its end is. */
  readonly pointOf: readonly number[];
}

/**
 * @param files with their matches by falling confidence; those of the same two photos are taken together
 * @param sharingRadiusPx how far apart two files' ends of matches may lie to be one keypoint
 * @throws CovisError `same-photo-twice` where both photos of a file are the same
 */
export function joinPairs(
  files: readonly MatchFile[],
  sharingRadiusPx = defaultSharingRadiusPx,
): JoinedPairs {
  const photos = listPhotos(files);
  const names = nameImages(photos.map(({ name }) => name));
  const ends = files.map((file) => findEnds(file, photos));
  const { keypoints, keypointsOf } = shareAmongFiles(ends, photos.length, sharingRadiusPx);
  return {
    images: photos.map((photo, k) => ({ photoName: photo.name, name: names[k]!, keypoints: keypoints[k]! })),
    pairs: listPairs(files, ends, keypointsOf),
    hasGeometry: files.some(({ geometry }) => geometry !== null),
  };
}

type Photo = MatchFile['images'][number];

/** Each photo once, in the order of the files. */
function listPhotos(files: readonly MatchFile[]): readonly Photo[] {
  const photos = new Map<string, Photo>();
  for (const { images } of files) {
    if (images[0].sha256 === images[1].sha256) {
      throw new CovisError(
        'export',
        'same-photo-twice',
        `"${images[0].name}" is matched with itself, which says nothing of where it was taken: match two different photos.`,
      );
    }
    for (const image of images) if (!photos.has(image.sha256)) photos.set(image.sha256, image);
  }
  return [...photos.values()];
}

function findEnds(file: MatchFile, photos: readonly Photo[]): readonly [FileEnds, FileEnds] {
  const endsIn = (image: Photo, column: readonly Point<'photo'>[]): FileEnds => {
    const points: Point<'photo'>[] = [];
    const confidence: number[] = [];
    const seen = new Map<string, number>();
    const pointOf = column.map((point, k) => {
      const known = seen.get(point.join());
      if (known !== undefined) return known;
      seen.set(point.join(), points.length);
      // Matches come by falling confidence, so that the first one here is the surest.
      confidence.push(file.confidence[k]!);
      return points.push(point) - 1;
    });
    const photo = photos.findIndex(({ sha256 }) => sha256 === image.sha256);
    return { photo, points, confidence, pointOf };
  };
  return [endsIn(file.images[0], file.keypoints0), endsIn(file.images[1], file.keypoints1)];
}

/** @returns the keypoints of each photo, and for each file and side the keypoint at which each match ends */
function shareAmongFiles(
  ends: readonly (readonly [FileEnds, FileEnds])[],
  photoCount: number,
  radiusPx: number,
): {
  readonly keypoints: readonly (readonly Point<'photo'>[])[];
  readonly keypointsOf: ReadonlyMap<FileEnds, readonly number[]>;
} {
  const keypointsOf = new Map<FileEnds, readonly number[]>();
  const keypoints = Array.from({ length: photoCount }, (_, photo) => {
    const here = ends.flat().filter((end) => end.photo === photo);
    const shared = shareKeypoints(here, radiusPx);
    here.forEach((end, k) => {
      keypointsOf.set(
        end,
        end.pointOf.map((point) => shared.indices[k]![point]!),
      );
    });
    return shared.keypoints;
  });
  return { keypoints, keypointsOf };
}

/** Each pair of photos once, in the order of the files, with its matches by falling confidence. */
function listPairs(
  files: readonly MatchFile[],
  ends: readonly (readonly [FileEnds, FileEnds])[],
  keypointsOf: ReadonlyMap<FileEnds, readonly number[]>,
): readonly JoinedPair[] {
  const pairs = new Map<string, { images: readonly [number, number]; matches: JoinedMatch[] }>();
  for (const [index, { confidence, inlier }] of files.entries()) {
    const [end0, end1] = ends[index]!;
    const isReversed = end0.photo > end1.photo;
    const [first, second] = isReversed ? [end1, end0] : [end0, end1];
    const key = `${first.photo} ${second.photo}`;
    const pair = pairs.get(key) ?? { images: [first.photo, second.photo], matches: [] };
    pairs.set(key, pair);
    const [keypoints0, keypoints1] = [keypointsOf.get(first)!, keypointsOf.get(second)!];
    for (const k of confidence.keys()) {
      pair.matches.push({
        ends: [keypoints0[k]!, keypoints1[k]!],
        confidence: confidence[k]!,
        isInlier: inlier[k]!,
      });
    }
  }
  return [...pairs.values()].map(({ images, matches }) => ({ images, matches: oneMatchEach(matches) }));
}

/** Without those that share a keypoint with a surer one. */
function oneMatchEach(matches: readonly JoinedMatch[]): readonly JoinedMatch[] {
  const taken = [new Set<number>(), new Set<number>()] as const;
  return [...matches]
    .sort((a, b) => b.confidence - a.confidence)
    .filter(({ ends: [end0, end1] }) => {
      if (taken[0].has(end0) || taken[1].has(end1)) return false;
      taken[0].add(end0);
      taken[1].add(end1);
      return true;
    });
}
