import { describe, expect, it } from 'vitest';
import { createPairResult } from '../../testing/createPairResult.ts';
import { createRandom } from '../../testing/random.ts';
import { createMatchFile, type MatchFile } from '../matchFile.ts';
import { joinPairs } from './joinPairs.ts';

interface View {
  readonly photo: MatchFile['images'][number];
  /** Where each point of the scene is, far from all others. */
  readonly points: readonly (readonly [number, number])[];
}

const count = 40;
const everyPoint = Array.from({ length: count }, (_, point) => point);
const even = everyPoint.filter((point) => point % 2 === 0);
const odd = everyPoint.filter((point) => point % 2 === 1);
const random = createRandom(5);

const createView = (name: string, k: number): View => ({
  photo: { name, width: 640, height: 480, sha256: String(k).repeat(64) },
  points: everyPoint.map((point) => [10 + 15 * point, 20 + 100 * k]),
});
const [left, middle, right] = [
  createView('left.jpg', 0),
  createView('middle.jpg', 1),
  createView('right.jpg', 2),
];

/** Each point of the scene that is seen, with matches' ends up to 0.3 px from where it is along either axis. */
function matchViews(view0: View, view1: View, seen: readonly number[]): MatchFile {
  const column = ({ points }: View) =>
    seen.map((point) => {
      const [x, y] = points[point]!;
      return [x + 0.6 * (random.next() - 0.5), y + 0.6 * (random.next() - 0.5)] as const;
    });
  return {
    ...createMatchFile({ ...createPairResult(seen.length), estimation: null }, ''),
    images: [view0.photo, view1.photo],
    keypoints0: column(view0),
    keypoints1: column(view1),
  };
}

describe('joinPairs', () => {
  it('follows each point of the scene through all photos', () => {
    const { images, pairs } = joinPairs([
      matchViews(left, middle, everyPoint),
      matchViews(middle, right, everyPoint),
      matchViews(right, left, even),
    ]);
    expect(images.map(({ name }) => name)).toEqual(['left.jpg', 'middle.jpg', 'right.jpg']);
    for (const { keypoints } of images) expect(keypoints).toHaveLength(count);
    expect(pairs.map((pair) => pair.images)).toEqual([
      [0, 1],
      [1, 2],
      [0, 2],
    ]);
    expect(pairs.map(({ matches }) => matches.length)).toEqual([count, count, even.length]);
    const pointOf = (image: number, keypoint: number) =>
      Math.floor(images[image]!.keypoints[keypoint]![0] / 15);
    for (const pair of pairs) {
      for (const { ends } of pair.matches) {
        expect(pointOf(pair.images[0], ends[0])).toBe(pointOf(pair.images[1], ends[1]));
      }
    }
  });

  it('takes files of the same photos together, whichever photo came first', () => {
    const { images, pairs } = joinPairs([
      matchViews(left, middle, even),
      matchViews(middle, left, odd),
      matchViews(left, middle, even),
    ]);
    expect(images).toHaveLength(2);
    expect(pairs).toHaveLength(1);
    const { matches } = pairs[0]!;
    expect(matches).toHaveLength(count);
    for (const side of [0, 1] as const)
      expect(new Set(matches.map(({ ends }) => ends[side])).size).toBe(count);
    const confidences = matches.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
  });

  it('shares no keypoint of points that lie further apart than it is told', () => {
    const files = [matchViews(left, middle, everyPoint), matchViews(left, right, everyPoint)];
    expect(joinPairs(files, 1).images[0]!.keypoints).toHaveLength(count);
    expect(joinPairs(files, 0).images[0]!.keypoints).toHaveLength(2 * count);
  });

  it('says whether any file has a geometry, and which matches agree with it', () => {
    const withGeometry = createMatchFile(createPairResult(60), '');
    expect(joinPairs([matchViews(left, middle, even)]).hasGeometry).toBe(false);
    const { hasGeometry, pairs } = joinPairs([matchViews(left, middle, even), withGeometry]);
    expect(hasGeometry).toBe(true);
    expect(pairs.map(({ matches }) => matches.filter(({ isInlier }) => isInlier).length)).toEqual([
      0,
      withGeometry.inlier.filter(Boolean).length,
    ]);
  });

  it('refuses a photo matched with itself, and says what to do', () => {
    const copy = { ...left, photo: { ...left.photo, name: 'copy.jpg' } };
    expect(() => joinPairs([matchViews(left, copy, even)])).toThrow(
      expect.objectContaining({
        code: 'same-photo-twice',
        message: expect.stringContaining('match two different photos'),
      }),
    );
  });
});
