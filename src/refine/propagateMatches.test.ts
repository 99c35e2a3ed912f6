import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Points, pickPoints } from '../geometry/coordinates.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import {
  errorsOf,
  gridMatches,
  height,
  photograph,
  photographOf,
  picture0,
  quantile,
  width,
} from '../testing/exactPictures.ts';
import { mapPoint } from '../testing/homographyMatches.ts';
import { createRandom } from '../testing/random.ts';
import type { RefinementContext } from './breaks.ts';
import type { GreyPicture } from './greyPicture.ts';
import { propagateMatches } from './propagateMatches.ts';
import { refineMatches } from './refineMatches.ts';
import { verifiedConfidence } from './verifiedConfidence.ts';

const context: RefinementContext = { signal: new AbortController().signal, report: () => {} };
const perspective: Matrix3 = [0.8, 0.1, 20, -0.08, 0.9, 22, -6e-4, 4e-4, 1];

/** Those of a grid that lie in a square of picture 0, with equal confidence. */
function matchesIn(matrix: Matrix3, [from, to]: readonly [number, number], offPx = 0.5) {
  const all = gridMatches(matrix, offPx);
  const kept = Array.from({ length: all.truth.length / 2 }, (_, k) => k).filter((k) =>
    [0, 1].every((axis) => all.keypoints0[2 * k + axis]! >= from && all.keypoints0[2 * k + axis]! <= to),
  );
  return {
    keypoints0: pickPoints(all.keypoints0, kept),
    keypoints1: pickPoints(all.keypoints1, kept),
    confidence: new Float32Array(kept.length).fill(0.6),
  };
}

async function propagate(
  pictures: readonly [GreyPicture, GreyPicture],
  matches: ReturnType<typeof matchesIn>,
  own = context,
) {
  const refined = await refineMatches({ pictures, ...matches }, context);
  return propagateMatches({ pictures, ...matches }, refined, own);
}

function truthOf(matrix: Matrix3, keypoints0: Points<'input'>): Points<'input'> {
  return Float32Array.from(
    Array.from({ length: keypoints0.length / 2 }, (_, k) =>
      mapPoint(Array.from(matrix), keypoints0[2 * k]!, keypoints0[2 * k + 1]!),
    ).flat(),
  ) as Points<'input'>;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('propagateMatches', () => {
  it('goes from a few matches of one corner over all that both pictures show, and stays exact', async () => {
    const matches = matchesIn(perspective, [60, 100]);
    const { propagated } = await propagate([picture0, photographOf(perspective)], matches);
    const errors = errorsOf(propagated.keypoints1, truthOf(perspective, propagated.keypoints0));
    // 1,200 points of the grid, of which this many lie well inside picture 1.
    let inside = 0;
    for (let y = 0; y < height; y += 8) {
      for (let x = 0; x < width; x += 8) {
        const [u, v] = mapPoint(Array.from(perspective), x, y);
        if (u > 5 && v > 5 && u < width - 6 && v < height - 6) inside++;
      }
    }
    expect(matches.confidence).toHaveLength(25);
    expect(errors.length).toBeGreaterThan(0.9 * inside);
    expect(quantile(errors, 0.5)).toBeLessThan(0.05);
    expect(quantile(errors, 0.95)).toBeLessThan(0.2);
  });

  it.each([
    ['something else', 0],
    ['half of it something else, as in a pane of glass', 0.5],
  ])('stops where picture 1 begins to show %s', async (_, shareKept) => {
    const motion: Matrix3 = [1, 0, 3.4, 0, 1, -2.2, 0, 0, 1];
    const inverse = Array.from(invert3(motion)!);
    const moved = photographOf(motion);
    const other = photographOf([0.3, 0.9, 50, -0.9, 0.3, 300, 0, 0, 1]);
    const picture1 = photograph((x, y) => {
      const k = y * width + x;
      const isSame = mapPoint(inverse, x, y)[0] < 160;
      return isSame ? moved.data[k]! : shareKept * moved.data[k]! + (1 - shareKept) * other.data[k]!;
    });
    const { propagated } = await propagate([picture0, picture1], matchesIn(motion, [20, 60]));
    const errors = errorsOf(propagated.keypoints1, truthOf(motion, propagated.keypoints0));
    const beyond = errors.filter((_error, k) => propagated.keypoints0[2 * k]! > 168);
    expect(errors.length).toBeGreaterThan(400);
    expect(beyond.length).toBeLessThan(0.03 * errors.length);
    // Twice the largest standard deviation that is let through.
    expect(quantile(errors, 0.95)).toBeLessThan(0.6);
  });

  it.each([
    ['nothing but noise is to be seen', () => 0.5, 142],
    // Along it one place is as good as the next.
    ['a straight edge is all', (y: number) => (y < 118 ? 0.4 : 0.6), 190],
  ])('does not go on where %s', async (_, right, farthest) => {
    const matches = matchesIn([1, 0, 0, 0, 1, 0, 0, 0, 1], [60, 100], 0);
    const random = createRandom(6);
    const noisy = (): GreyPicture => ({
      ...picture0,
      data: picture0.data.map(
        (value, k) => (k % width < 130 ? value : right(Math.floor(k / width))) + 0.01 * random.normal(),
      ),
    });
    const { propagated } = await propagate([noisy(), noisy()], matches);
    const xs = Array.from(propagated.origin, (_origin, k) => propagated.keypoints0[2 * k]!);
    expect(xs.length).toBeGreaterThan(200);
    // Patches are eight pixels to either side, and blurred.
    expect(Math.max(...xs)).toBeLessThan(farthest);
  });

  it('does not propagate false matches', async () => {
    const random = createRandom(4);
    const { keypoints0, confidence } = matchesIn(perspective, [40, 200]);
    const keypoints1 = keypoints0.map(() => random.uniform(20, height - 20)) as Points<'input'>;
    const matches = { keypoints0, keypoints1, confidence };
    const { propagated } = await propagate([picture0, photographOf(perspective)], matches);
    expect(confidence.length).toBeGreaterThan(200);
    expect(propagated.origin.length).toBeLessThan(0.02 * confidence.length);
  });

  it('refines a match that was left out, and keeps one that lies elsewhere beside what it finds', async () => {
    const matrix: Matrix3 = [1, 0, 2.3, 0, 1, 1.6, 0, 0, 1];
    const matches = matchesIn(matrix, [56, 104], 0.2);
    const near = [112, 80, 112 + 2.3 + 3, 80 + 1.6 - 2];
    const elsewhere = [112, 96, 40, 200];
    const add = (points: Points<'input'>, from: number) =>
      Float32Array.of(
        ...points,
        ...near.slice(from, from + 2),
        ...elsewhere.slice(from, from + 2),
      ) as Points<'input'>;
    const all = {
      keypoints0: add(matches.keypoints0, 0),
      keypoints1: add(matches.keypoints1, 2),
      confidence: Float32Array.of(...matches.confidence, 0.3, 0.3),
    };
    const pictures = [picture0, photographOf(matrix)] as const;
    const count = matches.confidence.length;
    const before = await refineMatches({ pictures, ...matches }, context);
    const unrefined = {
      keypoints1: Float32Array.of(
        ...before.keypoints1,
        ...all.keypoints1.slice(2 * count),
      ) as Points<'input'>,
      maps: [...before.maps, null, null],
    };
    const { maps, keypoints1, propagated } = await propagateMatches({ pictures, ...all }, unrefined, context);
    expect(maps.slice(count).map((map) => map !== null)).toEqual([true, false]);
    expect(keypoints1[2 * count]).toBeCloseTo(114.3, 1);
    expect(keypoints1[2 * count + 1]).toBeCloseTo(81.6, 1);
    expect([...keypoints1.slice(2 * count + 2)]).toEqual([40, 200]);
    const places = Array.from(propagated.origin, (_, k) =>
      [...propagated.keypoints0.slice(2 * k, 2 * k + 2)].join(),
    );
    expect(places).toContain('112,96');
    expect(places).not.toContain('112,80');
  });

  it('is no surer of a match than of the one it comes from, and names it', async () => {
    const matches = matchesIn(perspective, [60, 100]);
    matches.confidence.forEach((_, k) => {
      matches.confidence[k] = 0.2 + 0.03 * k;
    });
    const { propagated, maps } = await propagate([picture0, photographOf(perspective)], matches);
    for (const [k, origin] of propagated.origin.entries()) {
      expect(maps[origin]).not.toBe(null);
      expect(propagated.confidence[k]).toBeLessThanOrEqual(
        Math.fround(verifiedConfidence(matches.confidence[origin]!)),
      );
      expect(propagated.confidence[k]).toBeGreaterThan(0);
    }
  });

  it('has no match twice', async () => {
    const { propagated } = await propagate(
      [picture0, photographOf(perspective)],
      matchesIn(perspective, [60, 100]),
    );
    const places = Array.from(propagated.origin, (_, k) =>
      [...propagated.keypoints0.slice(2 * k, 2 * k + 2)].map((x) => Math.round(x / 8)).join(),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('goes over a picture that is matched with itself', async () => {
    const { propagated } = await propagate(
      [picture0, picture0],
      matchesIn([1, 0, 0, 0, 1, 0, 0, 0, 1], [60, 100], 0),
    );
    // 40 columns of 30 rows, less those that the matches take.
    expect(propagated.origin.length).toBeGreaterThan(1100);
    expect(Math.max(...errorsOf(propagated.keypoints1, propagated.keypoints0))).toBeLessThan(1e-3);
  });

  it('gives nothing for no matches and for pictures of one pixel', async () => {
    const none = new Float32Array() as Points<'input'>;
    const nothing = { keypoints0: none, keypoints1: none, confidence: new Float32Array() };
    expect((await propagate([picture0, picture0], nothing)).propagated.origin).toHaveLength(0);
    const dot = { width: 1, height: 1, data: Float32Array.of(0.4) };
    const corner = Float32Array.of(0, 0) as Points<'input'>;
    const one = { keypoints0: corner, keypoints1: corner, confidence: Float32Array.of(1) };
    expect((await propagate([dot, dot], one)).propagated.origin).toHaveLength(0);
  });

  it('stops at a signal and tells how far it is', async () => {
    // However fast the machine is, a slice is over at every look at the clock.
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 100;
      return now;
    });
    const controller = new AbortController();
    const shares: number[] = [];
    const run = propagate([picture0, photographOf(perspective)], matchesIn(perspective, [60, 100]), {
      signal: controller.signal,
      report(share) {
        shares.push(share);
        controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(shares[0]).toBeLessThan(1);
  });
});
