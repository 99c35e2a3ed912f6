import { describe, expect, it } from 'vitest';
import type { Points } from '../geometry/coordinates.ts';
import { createRandom } from '../testing/random.ts';
import { mergeMatches, type PhotoMatches } from './mergeMatches.ts';

type Row = readonly [x0: number, y0: number, x1: number, y1: number, confidence: number];

function matchesOf(...rows: Row[]): PhotoMatches {
  return {
    keypoints0: Float32Array.from(rows.flatMap((row) => row.slice(0, 2))) as Points<'photo'>,
    keypoints1: Float32Array.from(rows.flatMap((row) => row.slice(2, 4))) as Points<'photo'>,
    confidence: Float32Array.from(rows.map((row) => row[4])),
  };
}

function rowsOf({ keypoints0, keypoints1, confidence }: PhotoMatches): number[][] {
  return Array.from(confidence, (value, k) => [
    ...keypoints0.subarray(2 * k, 2 * k + 2),
    ...keypoints1.subarray(2 * k, 2 * k + 2),
    value,
  ]);
}

describe('mergeMatches', () => {
  it('makes one of what two views found alike: the surest counts, in its own place', () => {
    const merged = mergeMatches(
      [matchesOf([10, 10, 50, 50, 0.5], [90, 90, 20, 20, 0.25]), matchesOf([10.5, 10, 50, 50.5, 0.75])],
      [1, 1],
    );
    expect(rowsOf(merged)).toEqual([
      [10.5, 10, 50, 50.5, 0.75],
      [90, 90, 20, 20, 0.25],
    ]);
    expect([...merged.view]).toEqual([1, 0]);
    expect([...merged.support]).toEqual([2, 1]);
    // The second view was surer of what the first had found already.
    expect(merged.added).toEqual([2, 0]);
  });

  it('asks for both ends, each within the radius of its own photo', () => {
    const first = matchesOf([10, 10, 50, 50, 0.5]);
    const count = (other: Row, radii: readonly [number, number]) =>
      mergeMatches([first, matchesOf(other)], radii).confidence.length;
    expect(count([11, 10, 50, 53, 0.25], [1, 3])).toBe(1);
    expect(count([11, 10, 50, 53, 0.25], [1, 2.9])).toBe(2);
    expect(count([11, 10, 50, 53, 0.25], [0.9, 3])).toBe(2);
    // A circle, not a square.
    expect(count([10.8, 10.8, 50, 50, 0.25], [1, 1])).toBe(2);
  });

  it('never thins the matches of one view by themselves', () => {
    const crowd = matchesOf([10, 10, 50, 50, 0.5], [10.1, 10, 50, 50, 0.25], [10, 10.1, 50, 50, 0.125]);
    const one = mergeMatches([crowd], [1, 1]);
    expect(rowsOf(one)).toEqual(rowsOf(crowd));
    expect([...one.support]).toEqual([1, 1, 1]);
    const two = mergeMatches([crowd, crowd], [1, 1]);
    expect(rowsOf(two)).toEqual(rowsOf(crowd));
    expect([...two.support]).toEqual([2, 2, 2]);
    expect(two.added).toEqual([3, 0]);
  });

  it('joins the nearest of several', () => {
    const merged = mergeMatches(
      [matchesOf([10, 10, 50, 50, 0.9], [11, 10, 50, 50, 0.8]), matchesOf([10.9, 10, 50, 50, 0.1])],
      [1, 1],
    );
    expect([...merged.support]).toEqual([1, 2]);
  });

  it('keeps the order of views where confidences are equal, and takes views that found nothing', () => {
    const none = matchesOf();
    const merged = mergeMatches(
      [none, matchesOf([1, 1, 1, 1, 0.5]), none, matchesOf([1, 1, 1.5, 1, 0.5], [9, 9, 9, 9, 0.5])],
      [1, 1],
    );
    expect([...merged.view]).toEqual([1, 3]);
    expect([...merged.support]).toEqual([2, 1]);
    expect(merged.added).toEqual([0, 1, 0, 1]);
    expect(mergeMatches([none, none], [1, 1]).confidence).toHaveLength(0);
  });

  it('counts as many as 32 views', () => {
    const views = Array.from({ length: 32 }, (_, k) => matchesOf([5, 5, 5, 5, 0.9 - k / 100]));
    const merged = mergeMatches(views, [1, 1]);
    expect([...merged.support]).toEqual([32]);
    expect(merged.added).toEqual([1, ...Array.from({ length: 31 }, () => 0)]);
    const last = mergeMatches([...views.slice(1).map(() => matchesOf()), views[0]!], [1, 1]);
    expect(last.added.at(-1)).toBe(1);
  });

  it('leaves no two matches of different views alike that could have been one', () => {
    const random = createRandom(5);
    const views = Array.from({ length: 3 }, () =>
      matchesOf(
        ...Array.from({ length: 150 }, (): Row => {
          const [x, y] = [random.uniform(-20, 20), random.uniform(-20, 20)];
          return [x, y, x + random.uniform(-1, 1), y + random.uniform(-1, 1), random.next()];
        }),
      ),
    );
    const merged = mergeMatches(views, [1.5, 1]);
    const { keypoints0: p, keypoints1: q, support, view } = merged;
    expect(support.reduce((sum, value) => sum + value, 0)).toBe(450);
    expect(merged.added.reduce((sum, value) => sum + value, 0)).toBe(support.length);
    expect(support.length).toBeLessThan(400);
    for (let b = 0; b < support.length; b++) {
      for (let a = 0; a < b; a++) {
        const near =
          Math.hypot(p[2 * a]! - p[2 * b]!, p[2 * a + 1]! - p[2 * b + 1]!) <= 1.5 &&
          Math.hypot(q[2 * a]! - q[2 * b]!, q[2 * a + 1]! - q[2 * b + 1]!) <= 1;
        // The surer one had room for the other unless it already had one of that view.
        if (near && support[a] === 1) expect(view[b]).toBe(view[a]);
      }
    }
    expect(mergeMatches(views, [1.5, 1])).toEqual(merged);
  });
});
