import { beforeAll, describe, expect, it } from 'vitest';
import type { Points } from '../../geometry/coordinates.ts';
import { CovisError } from '../../reporting/covisError.ts';
import { loadOpenCv } from '../../runtime/openCv/loadOpenCv.ts';
import type { OpenCv } from '../../runtime/openCvApi.ts';
import {
  cornerError,
  createHomographyMatches,
  type HomographyMatches,
  mapPoint,
} from '../../testing/homographyMatches.ts';
import { createRandom } from '../../testing/random.ts';
import type { EstimationFailure, EstimationSettings, EstimationSuccess, Estimator } from '../estimator.ts';
import { defaultEstimationSettings, homographyMethods, openCvMethods } from '../registry.ts';
import { createHomographyEstimator } from './createHomographyEstimator.ts';

const methods = Object.keys(homographyMethods);
const defaults = defaultEstimationSettings('homography');

let openCv: OpenCv;
let estimate: Estimator;

beforeAll(async () => {
  openCv = await loadOpenCv();
  estimate = createHomographyEstimator(openCv);
});

function succeed(
  { keypoints0, keypoints1 }: Pick<HomographyMatches, 'keypoints0' | 'keypoints1'>,
  settings: Partial<EstimationSettings> = {},
): EstimationSuccess {
  const estimation = estimate(keypoints0, keypoints1, { ...defaults, ...settings });
  if (!estimation.ok) throw new Error(`No geometry: ${estimation.message}`);
  return estimation;
}

function fail(
  rows: readonly (readonly [x0: number, y0: number, x1: number, y1: number])[],
  settings: Partial<EstimationSettings> = {},
): EstimationFailure {
  const estimation = estimate(column(rows, 0), column(rows, 2), { ...defaults, ...settings });
  if (estimation.ok) throw new Error(`A geometry with ${estimation.inlierCount} inliers.`);
  // One sentence that tells what to do.
  expect(estimation.message).toMatch(/^[A-Z][^.]*: [^.]*\.$/);
  return estimation;
}

function column(rows: readonly (readonly number[])[], first: number): Points<'photo'> {
  return Float32Array.from(rows.flatMap((row) => [row[first]!, row[first + 1]!]));
}

function precisionAndRecall({ inliers }: EstimationSuccess, { correct }: HomographyMatches) {
  const both = inliers.reduce((sum, inlier, k) => sum + (inlier & correct[k]!), 0);
  return {
    precision: both / inliers.reduce((sum, inlier) => sum + inlier, 0),
    recall: both / correct.reduce((sum, known) => sum + known, 0),
  };
}

describe.each(methods)('%s', (method) => {
  it.each([0, 0.2, 0.5, 0.7])('finds the homography among %d wrong matches', (wrong) => {
    for (const seed of [1, 2, 3]) {
      const truth = createHomographyMatches({ count: 1000, wrong, seed });
      const found = succeed(truth, { method });
      expect(cornerError(found.matrix, truth)).toBeLessThan(1);
      expect(found.matrix[8]).toBe(1);
      const { precision, recall } = precisionAndRecall(found, truth);
      // Noise of 0.5 px stays below 3 px but for e^-18; wrong matches fall below by chance, one in 10,000.
      expect(recall).toBe(1);
      expect(precision).toBeGreaterThan(0.99);
      expect(found.inlierCount).toBe(found.inliers.reduce((sum, inlier) => sum + inlier, 0));
    }
  });

  it('is exact without noise', () => {
    const truth = createHomographyMatches({ count: 200, wrong: 0.3, seed: 4, noisePx: 0 });
    // Single-precision coordinates are good to 6e-5 px here.
    expect(cornerError(succeed(truth, { method }).matrix, truth)).toBeLessThan(2e-3);
  });

  it.each([80, 640, 12_000, 60_000])('does not depend on the unit of length: photos of %d px', (width) => {
    const scale = width / 640;
    for (const seed of [5, 6]) {
      const truth = createHomographyMatches({ count: 600, wrong: 0.4, seed, width });
      const found = succeed(truth, { method, thresholdPx: 3 * scale });
      expect(cornerError(found.matrix, truth) / scale).toBeLessThan(1);
      expect(precisionAndRecall(found, truth).recall).toBe(1);
    }
  });

  it('works with a threshold that is small for the photo', () => {
    const truth = createHomographyMatches({ count: 1000, wrong: 0.4, seed: 7, width: 12_000, noisePx: 0.02 });
    expect(cornerError(succeed(truth, { method, thresholdPx: 3 }).matrix, truth)).toBeLessThan(1);
  });

  it('calls a match an inlier exactly when its residual is at most the threshold', () => {
    const truth = createHomographyMatches({ count: 500, wrong: 0.3, seed: 8, noisePx: 1.5 });
    const found = succeed(truth, { method });
    found.residualsPx.forEach((residual, k) => {
      const [u, v] = mapPoint(found.matrix, truth.keypoints0[2 * k]!, truth.keypoints0[2 * k + 1]!);
      const distance = Math.hypot(u - truth.keypoints1[2 * k]!, v - truth.keypoints1[2 * k + 1]!);
      expect(residual).toBeCloseTo(distance, 3);
      expect(found.inliers[k]).toBe(residual <= 3 ? 1 : 0);
    });
    // The band between half the threshold and the threshold is not empty, so a mask of another kind shows.
    expect(found.residualsPx.filter((residual) => residual > 1.5 && residual <= 3).length).toBeGreaterThan(
      50,
    );
  });

  it('gives the same result ten times, whatever runs in between', () => {
    const truth = createHomographyMatches({ count: 400, wrong: 0.5, seed: 9 });
    const first = succeed(truth, { method, seed: 7 });
    for (let repeat = 0; repeat < 10; repeat++) {
      const other = createHomographyMatches({ count: 50 + repeat, wrong: 0.2, seed: repeat });
      succeed(other, { method: methods[repeat % methods.length]!, seed: repeat });
      expect(succeed(truth, { method, seed: 7 })).toEqual(first);
    }
  });

  it('uses the seed', () => {
    // Most iterations fail here, so which ones are drawn decides what is found.
    const truth = createHomographyMatches({ count: 300, wrong: 0.8, seed: 10, noisePx: 1 });
    const outcomes = new Set(
      [1, 2, 3, 4, 5, 6].map((seed) => {
        const { keypoints0, keypoints1 } = truth;
        const found = estimate(keypoints0, keypoints1, { ...defaults, method, seed, maxIterations: 150 });
        return found.ok ? found.matrix.join() : found.message;
      }),
    );
    expect(outcomes.size).toBeGreaterThan(1);
  });

  it('finds the homography whatever the order of the matches', () => {
    const truth = createHomographyMatches({ count: 800, wrong: 0.5, seed: 11 });
    const random = createRandom(12);
    for (let repeat = 0; repeat < 3; repeat++) {
      const order = Array.from({ length: 800 }, (_, k) => [random.next(), k] as const).sort(
        ([a], [b]) => a - b,
      );
      const take = (points: Float32Array) =>
        Float32Array.from(order.flatMap(([, k]) => [points[2 * k]!, points[2 * k + 1]!]));
      const shuffled = { keypoints0: take(truth.keypoints0), keypoints1: take(truth.keypoints1) };
      expect(cornerError(succeed(shuffled, { method }).matrix, truth)).toBeLessThan(1);
    }
  });

  it('finds photos that are mirrored', () => {
    const truth = createHomographyMatches({ count: 500, wrong: 0.4, seed: 13, mirrored: true });
    const found = succeed(truth, { method });
    expect(cornerError(found.matrix, truth)).toBeLessThan(1);
    expect(precisionAndRecall(found, truth).recall).toBe(1);
  });

  it('is not led astray by a match that is listed a thousand times', () => {
    const truth = createHomographyMatches({ count: 300, wrong: 0.4, seed: 14 });
    const wrongOne = truth.correct.indexOf(0);
    const repeat = (points: Float32Array) =>
      Float32Array.from([
        ...points,
        ...Array.from({ length: 1000 }, () => [...points.subarray(2 * wrongOne, 2 * wrongOne + 2)]).flat(),
      ]);
    const found = succeed(
      { keypoints0: repeat(truth.keypoints0), keypoints1: repeat(truth.keypoints1) },
      { method },
    );
    expect(cornerError(found.matrix, truth)).toBeLessThan(1);
    expect(found.inliers.subarray(300).every((inlier) => inlier === 0)).toBe(true);
  });

  it('ignores matches that are not finite', () => {
    const truth = createHomographyMatches({ count: 300, wrong: 0.2, seed: 15 });
    truth.keypoints0.set([Number.NaN, 1, Number.POSITIVE_INFINITY, 1], 0);
    truth.keypoints1.set([1, Number.NaN], 4);
    const found = succeed(truth, { method });
    expect([...found.inliers.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...found.residualsPx.subarray(0, 3)]).toEqual([Infinity, Infinity, Infinity]);
    expect(found.residualsPx.some(Number.isNaN)).toBe(false);
    expect(cornerError(found.matrix, truth)).toBeLessThan(1);
  });

  it('takes exactly four matches at their word', () => {
    const matches = createHomographyMatches({ count: 4, wrong: 0, seed: 16, noisePx: 0 });
    const found = succeed(matches, { method });
    expect(found.inlierCount).toBe(4);
    expect(cornerError(found.matrix, matches)).toBeLessThan(0.05);
  });

  it.each([5, 20, 300, 3000])('sees that %d random matches have nothing in common', (count) => {
    for (const seed of [1, 2]) {
      const random = createRandom(seed);
      const rows = Array.from(
        { length: count },
        () =>
          [
            random.uniform(0, 640),
            random.uniform(0, 480),
            random.uniform(0, 640),
            random.uniform(0, 480),
          ] as const,
      );
      const failure = fail(rows, { method, maxIterations: 2000 });
      expect(failure.reason).toBe('no-model');
      expect(failure.message).toContain(count === 3000 ? ' of 3,000 matches' : ` of ${count} matches`);
    }
  });

  it.each([
    ['no matches', []],
    ['three matches', rowsOf(3, (k) => [k * k, 10 * k, k * k + 5, 10 * k])],
  ] as const)('says that there are too few: %s', (_, rows) => {
    expect(fail(rows, { method }).reason).toBe('too-few-matches');
  });

  it.each([
    ['identical matches', rowsOf(100, () => [10, 10, 20, 20])],
    [
      'three places, many times',
      rowsOf(99, (k) => [[0, 0, 5, 5] as Row, [90, 0, 95, 5] as Row, [0, 90, 5, 95] as Row][k % 3]!),
    ],
    [
      'collinear in the first photo',
      rowsOf(100, (k) => [3 * k, 2 * k + 7, 40 * Math.sin(k) + 300, (k * 37) % 480]),
    ],
    ['collinear in the second photo', rowsOf(100, (k) => [(k * 37) % 640, (k * 91) % 480, k, 5 * k])],
    [
      'collinear in both, with noise',
      rowsOf(100, (k) => [5 * k, 2 * k + 0.3 * Math.sin(k), 5 * k + 9, 2 * k + 0.4 * Math.cos(k)]),
    ],
    ['everything falls on one pixel', rowsOf(100, (k) => [(k * 37) % 640, (k * 91) % 480, 20, 30])],
    [
      'four matches, three of them in line',
      [
        [0, 0, 0, 0],
        [50, 50, 50, 50],
        [100, 100, 100, 100],
        [0, 90, 0, 90],
      ] as Row[],
    ],
  ] as const)('says that the input is degenerate: %s', (_, rows) => {
    expect(fail(rows, { method }).reason).toBe('degenerate');
  });

  it.each([0, 1, 3])('does not trust a line of matches with %d others', (others) => {
    const line = rowsOf(100, (k) => [
      5 * k + 20,
      2 * k + 40 + 0.3 * Math.sin(k),
      5 * k + 31,
      2 * k + 47 + 0.3 * Math.cos(3 * k),
    ]);
    // These follow the same shift as the line, so the best model has them all.
    const off = rowsOf(others, (k) => [100 + 90 * k, 380 - 40 * k, 111 + 90 * k, 387 - 40 * k]);
    expect(fail([...line, ...off], { method }).reason).toMatch(/degenerate|no-model/);
  });

  it('trusts a line of matches with a dozen others', () => {
    const line = rowsOf(100, (k) => [5 * k + 20, 2 * k + 40, 5 * k + 31, 2 * k + 47]);
    const off = rowsOf(12, (k) => [
      100 + 31 * k,
      380 - 11 * k - 20 * (k % 3),
      111 + 31 * k,
      387 - 11 * k - 20 * (k % 3),
    ]);
    const rows = [...line, ...off];
    const found = succeed({ keypoints0: column(rows, 0), keypoints1: column(rows, 2) }, { method });
    expect(found.inlierCount).toBe(112);
    [1, 0, 11, 0, 1, 7, 0, 0, 1].forEach((entry, k) => {
      expect(found.matrix[k]).toBeCloseTo(entry, 2);
    });
  });
});

type Row = readonly [number, number, number, number];

function rowsOf(count: number, row: (k: number) => Row): Row[] {
  return Array.from({ length: count }, (_, k) => row(k));
}

describe('the default method', () => {
  it('finds a homography behind the horizon of the top-left pixel', () => {
    // A ground plane: rows above y = 100 map behind the camera, the matches lie below.
    const matrix = [1, 0.2, 5, 0, 1.1, 20, 0, -0.01, 1];
    const rows = rowsOf(200, (k) => {
      const [x, y] = [(k * 37) % 640, 160 + ((k * 91) % 300)];
      return [x, y, ...mapPoint(matrix, x, y)] as Row;
    });
    // One match above the horizon hits its place from behind.
    const behind: Row = [300, 40, ...mapPoint(matrix, 300, 40)];
    const all = [...rows, behind];
    const found = succeed({ keypoints0: column(all, 0), keypoints1: column(all, 2) });
    expect(found.inlierCount).toBe(200);
    expect(found.inliers[200]).toBe(0);
    expect(found.residualsPx[200]).toBe(Infinity);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'finds the homography among 95 %% wrong matches: seed %d',
    (seed) => {
      const truth = createHomographyMatches({ count: 2000, wrong: 0.95, seed, ordered: true });
      const found = succeed(truth, { seed });
      expect(cornerError(found.matrix, truth)).toBeLessThan(3);
      // One in 10,000 wrong matches falls within the threshold by chance.
      const { precision, recall } = precisionAndRecall(found, truth);
      expect(recall).toBeGreaterThan(0.98);
      expect(precision).toBeGreaterThan(0.95);
    },
  );

  it('does not depend on which photo comes first', () => {
    // Photo 1 shows the right side four times as large as photo 0; either has half a pixel of noise.
    const matrix = [1, 0.1, 0, 0.05, 0.9, 10, -0.0012, 0.0001, 1];
    const corners = [
      [0, 0],
      [639, 0],
      [0, 479],
      [639, 479],
    ] as const;
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const noise = () => 0.5 * random.normal();
      const rows = Array.from({ length: 500 }, () => {
        const [x, y] = [random.uniform(0, 640), random.uniform(0, 480)];
        const [u, v] = mapPoint(matrix, x, y);
        return [x + noise(), y + noise(), u + noise(), v + noise()] as const;
      });
      const [keypoints0, keypoints1] = [column(rows, 0), column(rows, 2)];
      const forth = succeed({ keypoints0, keypoints1 });
      const back = succeed({ keypoints0: keypoints1, keypoints1: keypoints0 });
      for (const [x, y] of corners) {
        const [u, v] = mapPoint(forth.matrix, x, y);
        const [s, t] = mapPoint(back.matrix, u, v);
        expect(Math.hypot(s - x, t - y)).toBeLessThan(0.05);
      }
    }
  });

  it('needs no OpenCV', () => {
    const { keypoints0, keypoints1 } = createHomographyMatches({ count: 100, wrong: 0.5, seed: 1 });
    const own = createHomographyEstimator(null);
    expect(own(keypoints0, keypoints1, defaults)).toEqual(estimate(keypoints0, keypoints1, defaults));
    expect(() => own(keypoints0, keypoints1, { ...defaults, method: 'usac-magsac' })).toThrow(
      expect.objectContaining({ code: 'invalid-settings' }),
    );
  });

  it('asks more of a result than of a guess that is looked into', () => {
    // Seven of twelve agree: any four make a homography, and that three others do by chance is rare, not out of the question.
    const { keypoints0, keypoints1 } = createHomographyMatches({ count: 12, wrong: 0.5, seed: 1 });
    expect(createHomographyEstimator(null)(keypoints0, keypoints1, defaults)).toMatchObject({
      reason: 'no-model',
    });
    expect(createHomographyEstimator(null, -2)(keypoints0, keypoints1, defaults)).toMatchObject({
      ok: true,
      inlierCount: 7,
    });
  });

  it('names the best support when it is no more than chance', () => {
    const { keypoints0, keypoints1 } = createHomographyMatches({ count: 500, wrong: 1, seed: 3 });
    const failure = estimate(keypoints0, keypoints1, defaults);
    expect(failure).toMatchObject({ ok: false, reason: 'no-model', settings: defaults });
    expect((failure as EstimationFailure).message).toMatch(/^At most [4-9] of 500 matches agree/);
  });

  it.each([
    { thresholdPx: 0 },
    { thresholdPx: Number.NaN },
    { thresholdPx: Infinity },
    { confidence: 1 },
    { confidence: 0 },
    { maxIterations: 0 },
    { maxIterations: 2.5 },
    { seed: 0.5 },
    { seed: 2 ** 32 },
    { method: 'lmeds' },
    { method: 'toString' },
    { model: 'essential' },
  ] as const)('refuses settings that make no sense: %j', (settings) => {
    const { keypoints0, keypoints1 } = createHomographyMatches({ count: 10, wrong: 0, seed: 1 });
    const attempt = () => estimate(keypoints0, keypoints1, { ...defaults, ...settings });
    expect(attempt).toThrow(CovisError);
    expect(attempt).toThrow(expect.objectContaining({ stage: 'estimation', code: 'invalid-settings' }));
  });

  it('refuses columns of unequal length', () => {
    const points = new Float32Array(20);
    expect(() => estimate(points, points.subarray(2), defaults)).toThrow(
      expect.objectContaining({ code: 'invalid-matches' }),
    );
  });
});

describe('resources', () => {
  it('frees everything it allocates, also when OpenCV throws', () => {
    let alive = 0;
    const counted = <T extends new (...args: never[]) => object>(Class: T): T =>
      new Proxy(Class, {
        construct(target, args) {
          const object = Reflect.construct(target, args) as { delete(): void };
          return track(object);
        },
      });
    const track = <T extends { delete(): void }>(object: T): T => {
      alive += 1;
      const free = object.delete.bind(object);
      object.delete = () => {
        alive -= 1;
        free();
      };
      return object;
    };
    const watched: OpenCv = {
      ...openCv,
      Mat: counted(openCv.Mat),
      UsacParams: counted(openCv.UsacParams),
      findHomography: (...args) => track(openCv.findHomography(...args)),
      findHomography1: (...args) => track(openCv.findHomography1(...args)),
    };
    const { keypoints0, keypoints1 } = createHomographyMatches({ count: 100, wrong: 0.3, seed: 1 });
    for (const method of Object.keys(openCvMethods)) {
      expect(createHomographyEstimator(watched)(keypoints0, keypoints1, { ...defaults, method }).ok).toBe(
        true,
      );
      expect(alive).toBe(0);
      const broken: OpenCv = {
        ...watched,
        findHomography: () => {
          throw new Error('out of memory');
        },
        // OpenCV's own assertion, thrown as an address.
        findHomography1: (points0, _points1, mask, params) =>
          openCv.findHomography1(points0, mask, mask, params),
      };
      const attempt = () =>
        createHomographyEstimator(broken)(keypoints0, keypoints1, { ...defaults, method });
      expect(attempt).toThrow(expect.objectContaining({ code: 'opencv-failed' }));
      expect(alive).toBe(0);
    }
  });
});
