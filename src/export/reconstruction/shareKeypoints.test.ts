import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { type MatchEnds, shareKeypoints } from './shareKeypoints.ts';

const ends = (...places: readonly (readonly [x: number, y: number, confidence: number])[]): MatchEnds => ({
  points: places.map(([x, y]) => [x, y]),
  confidence: places.map(([, , confidence]) => confidence),
});

describe('shareKeypoints', () => {
  it('makes one keypoint of points of two pairs, where the surer one lies', () => {
    const { keypoints, indices } = shareKeypoints([ends([10, 10, 0.5]), ends([10.6, 10, 0.9])], 1);
    expect(keypoints).toEqual([[10.6, 10]]);
    expect(indices).toEqual([[0], [0]]);
  });

  it('leaves points apart that lie further from one another than the radius', () => {
    const { keypoints } = shareKeypoints([ends([10, 10, 0.5]), ends([10.8, 10.8, 0.9])], 1);
    expect(keypoints).toHaveLength(2);
  });

  it('never makes one keypoint of two points of one pair, and takes the nearest of another', () => {
    const { keypoints, indices } = shareKeypoints(
      [ends([10, 10, 0.9], [10.5, 10, 0.8]), ends([10.3, 10, 0.7], [10.1, 10, 0.6])],
      1,
    );
    expect(keypoints).toEqual([
      [10, 10],
      [10.5, 10],
    ]);
    expect(indices).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('shares the same places alone where the radius is 0', () => {
    const { indices } = shareKeypoints(
      [ends([8, 8, 0.9], [16, 8, 0.8]), ends([8, 8, 0.7], [16.001, 8, 0.9])],
      0,
    );
    expect(indices[1]![0]).toBe(indices[0]![0]);
    expect(indices[1]![1]).not.toBe(indices[0]![1]);
  });

  it('gives every point a keypoint within the radius, and every pair different ones', () => {
    const random = createRandom(3);
    const pairs = Array.from({ length: 5 }, () =>
      ends(
        ...Array.from(
          { length: 200 },
          () => [30 * random.next(), 30 * random.next(), random.next()] as const,
        ),
      ),
    );
    const { keypoints, indices } = shareKeypoints(pairs, 1.5);
    expect(keypoints.length).toBeLessThan(800);
    for (const [pair, { points }] of pairs.entries()) {
      expect(new Set(indices[pair]).size).toBe(points.length);
      for (const [k, [x, y]] of points.entries()) {
        const [keypointX, keypointY] = keypoints[indices[pair]![k]!]!;
        expect(Math.hypot(keypointX - x, keypointY - y)).toBeLessThanOrEqual(1.5);
      }
    }
  });

  it('takes photos that no match ends in', () => {
    expect(shareKeypoints([], 1)).toEqual({ keypoints: [], indices: [] });
    expect(shareKeypoints([ends(), ends()], 1)).toEqual({ keypoints: [], indices: [[], []] });
  });
});
