import { describe, expect, it } from 'vitest';
import type { InputMatches, InputPicture, Matcher } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { planProgress, type ReportProgress } from '../reporting/progress.ts';
import { paintedSource } from '../testing/paintedSource.ts';
import { matchPair } from './matchPair.ts';
import { createPairPhoto, type PairPhoto } from './pairPhoto.ts';

const never = new AbortController().signal;
const settings = { matcher: 'loftr', longEdge: 320, views: ['original'] } as const;

function greySource(width: number, height: number) {
  const source = {
    width,
    height,
    reads: 0,
    async readRows(_start: number, count: number) {
      source.reads++;
      return new Uint8ClampedArray(4 * width * count).fill(128);
    },
    close() {},
  } satisfies PixelSource & { reads: number };
  return source;
}

function fakeMatcher(found: (pictures: readonly InputPicture[]) => Partial<InputMatches>): Matcher {
  return {
    requirements: { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] },
    precision: 'fp32',
    match: async (picture0, picture1, context) => {
      context.report('fine', 1);
      context.time('coarse', 5);
      context.time('coarse', 2);
      const none = new Float32Array();
      return { keypoints0: none, keypoints1: none, confidence: none, ...found([picture0, picture1]) };
    },
    release: async () => {},
  };
}

function contextWith(report: ReportProgress = () => {}, signal = never) {
  const progress = planProgress(
    [
      ['decode', 1],
      ['fine', 1],
    ],
    report,
  );
  return { provider: 'cpu', weights: { id: 'w', sha256: '0' }, signal, progress } as const;
}

function withRefining() {
  const steps = ['decode', 'fine', 'refine'] as const;
  return {
    ...contextWith(),
    progress: planProgress(
      steps.map((step) => [step, 1] as const),
      () => {},
    ),
  };
}

type Shade = (x: number, y: number) => number;

const wavy: Shade = (x, y) =>
  128 + 40 * Math.sin(0.23 * x + 0.11 * y) + 40 * Math.sin(0.17 * y - 0.21 * x) + 30 * Math.sin(0.31 * y);

/** A tenth of it, and what inputs of 320 pixels hardly show: waves of two and a half of their pixels. */
const finelyWavy: Shade = (x, y) =>
  128 + 0.1 * (wavy(x, y) - 128) + 40 * Math.sin(2.4 * x + 0.9 * y) + 40 * Math.sin(2.2 * y - 1.1 * x);

/** A picture whose brightness is known at any place, as a photo of any scale. */
function wavySource(width: number, height: number, scale: number, shadeAt = wavy): PixelSource {
  return paintedSource(width, height, (x, y) => {
    const shade = shadeAt((x + 0.5) / scale - 0.5, (y + 0.5) / scale - 0.5);
    return [shade, shade, shade];
  });
}

describe('matchPair', () => {
  it('refines places in photo 1 where that is asked for, each photo by its own scale', async () => {
    const places = Array.from({ length: 100 }, (_, k) => [40 + 24 * (k % 10), 30 + 18 * Math.floor(k / 10)]);
    const off = (k: number) => [0.8 * Math.cos(k), 0.8 * Math.sin(k)] as const;
    const matcher = fakeMatcher(() => ({
      keypoints0: Float32Array.from(places.flat()) as InputMatches['keypoints0'],
      keypoints1: Float32Array.from(
        places.flatMap(([x, y], k) => [x! + off(k)[0], y! + off(k)[1]]),
      ) as InputMatches['keypoints1'],
      confidence: new Float32Array(100).fill(0.5),
    }));
    const photos = [
      createPairPhoto(wavySource(640, 480, 2), 'a'),
      createPairPhoto(wavySource(960, 720, 3), 'b'),
    ] as const;
    const own = { ...settings, refinement: 'least-squares' } as const;
    const steps = ['decode', 'fine', 'refine'] as const;
    const seen: string[] = [];
    const progress = planProgress(
      steps.map((step) => [step, 1] as const),
      ({ step }) => seen.push(step),
    );
    const plain = await matchPair(...photos, matcher, settings, contextWith());
    const refined = await matchPair(...photos, matcher, own, { ...contextWith(), progress });
    const worstPx = ({ keypoints1 }: { keypoints1: Float32Array }) =>
      Math.max(
        ...places.map(([x, y], k) =>
          Math.hypot(keypoints1[2 * k]! - (3 * x! + 1), keypoints1[2 * k + 1]! - (3 * y! + 1)),
        ),
      );
    expect(worstPx(plain)).toBeCloseTo(2.4, 3);
    expect(worstPx(refined)).toBeLessThan(0.1);
    expect(refined.refined).toEqual(new Uint8Array(100).fill(1));
    expect(refined.keypoints0).toEqual(plain.keypoints0);
    expect(Math.min(...refined.confidence)).toBeCloseTo(30 / 31, 6);
    expect(plain.refined).toBeUndefined();
    expect(refined.timingsMs.refine).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe('refine');
  });

  it('refines at what both photos show beyond the inputs', async () => {
    const places = Array.from({ length: 100 }, (_, k) => [40 + 24 * (k % 10), 30 + 18 * Math.floor(k / 10)]);
    const matcher = fakeMatcher(() => ({
      keypoints0: Float32Array.from(places.flat()) as InputMatches['keypoints0'],
      keypoints1: Float32Array.from(places.flat(), (place) => place + 0.4) as InputMatches['keypoints1'],
      confidence: new Float32Array(100).fill(0.5),
    }));
    const own = { ...settings, refinement: 'least-squares' } as const;
    const errorsOf = async (scale0: number, scale1: number) => {
      const photos = [scale0, scale1].map((scale) =>
        createPairPhoto(wavySource(320 * scale, 240 * scale, scale, finelyWavy), `${scale}`),
      ) as [PairPhoto, PairPhoto];
      const { keypoints1, refined } = await matchPair(...photos, matcher, own, withRefining());
      const [half, errors] = [(scale1 - 1) / 2, [] as number[]];
      for (const [k, [x, y]] of places.entries()) {
        if (refined![k] === 0) continue;
        const [dx, dy] = [
          keypoints1[2 * k]! - scale1 * x! - half,
          keypoints1[2 * k + 1]! - scale1 * y! - half,
        ];
        errors.push(Math.hypot(dx, dy) / scale1);
      }
      expect(errors.length).toBeGreaterThan(90);
      return errors.toSorted((a, b) => a - b);
    };
    // In pixels of the inputs: both photos show more than those, or only the first.
    const [closer, one] = [await errorsOf(2, 3), await errorsOf(2, 1)];
    expect(closer[50]).toBeLessThan(0.005);
    expect(closer[90]).toBeLessThan(0.01);
    expect(one[50]).toBeGreaterThan(0.01);
  });

  it('propagates matches of one corner over the photos where that is asked for', async () => {
    // Every 24 pixels of the upper left quarter; photos of sides that are no multiples of 8, so that inputs are padded.
    const places = Array.from({ length: 100 }, (_, k) => [40 + 24 * (k % 10), 30 + 18 * Math.floor(k / 10)]);
    const matcher = fakeMatcher(() => ({
      keypoints0: Float32Array.from(places.flat()) as InputMatches['keypoints0'],
      keypoints1: Float32Array.from(places.flat()) as InputMatches['keypoints1'],
      confidence: Float32Array.from(places, (_, k) => 0.9 - 0.005 * k),
    }));
    const photos = [
      createPairPhoto(wavySource(636, 476, 2), 'a'),
      createPairPhoto(wavySource(954, 714, 3), 'b'),
    ] as const;
    const own = { ...settings, refinement: 'propagation' } as const;
    const plain = await matchPair(...photos, matcher, settings, contextWith());
    const steps = ['decode', 'fine', 'refine'] as const;
    const shares: number[] = [];
    const progress = planProgress(
      steps.map((step) => [step, 1] as const),
      ({ fraction }) => shares.push(fraction),
    );
    const { keypoints0, keypoints1, confidence, view, support, refined, propagated } = await matchPair(
      ...photos,
      matcher,
      own,
      { ...contextWith(), progress },
    );
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const count = confidence.length;
    for (const column of [view, support, refined!, propagated!]) expect(column).toHaveLength(count);
    const found = Array.from({ length: count }, (_, k) => k).filter((k) => propagated![k] === 0);
    expect(found.map((k) => [...keypoints0.subarray(2 * k, 2 * k + 2)])).toEqual(
      found.map((_, k) => [...plain.keypoints0.subarray(2 * k, 2 * k + 2)]),
    );
    // 40 columns of 30 rows, some at the edges and those that are taken left out.
    expect(count - found.length).toBeGreaterThan(900);
    expect(confidence.every((value, k) => k === 0 || value <= confidence[k - 1]!)).toBe(true);
    let worstPx = 0;
    for (let k = 0; k < count; k++) {
      const [x, y] = [1.5 * keypoints0[2 * k]! + 0.25, 1.5 * keypoints0[2 * k + 1]! + 0.25];
      worstPx = Math.max(worstPx, Math.hypot(keypoints1[2 * k]! - x, keypoints1[2 * k + 1]! - y));
      expect(keypoints1[2 * k]).toBeLessThanOrEqual(953.5);
      expect(keypoints1[2 * k + 1]).toBeLessThanOrEqual(713.5);
    }
    expect(worstPx).toBeLessThan(0.3);
    expect(support.every((views) => views === 1)).toBe(true);
  });

  it('brings points back to photo pixels: half-pixel centres, each photo by its own scale', async () => {
    const matcher = fakeMatcher(() => ({
      keypoints0: new Float32Array([0, 0, 159.5, 100]),
      keypoints1: new Float32Array([0, 0, 10, 20]),
      confidence: new Float32Array([0.9, 0.5]),
    }));
    const photo0 = createPairPhoto(greySource(1280, 960), 'a');
    const photo1 = createPairPhoto(greySource(640, 480), 'b');
    const matches = await matchPair(photo0, photo1, matcher, settings, contextWith());
    expect([...matches.keypoints0]).toEqual([1.5, 1.5, 639.5, 401.5]);
    expect([...matches.keypoints1]).toEqual([0.5, 0.5, 20.5, 40.5]);
    expect(matches.inputSize).toEqual([
      [320, 240],
      [320, 240],
    ]);
    expect(matches.timingsMs.coarse).toBe(7);
  });

  it('drops matches in the padding of either photo and sorts by falling confidence', async () => {
    // 1000 x 750 at 320 is 320 x 240; 1000 x 760 is 320 x 243.2, padded to 248.
    const matcher = fakeMatcher(([, picture1]) => {
      expect(picture1!.height).toBe(248);
      return {
        keypoints0: new Float32Array([1, 1, 2, 2, 3, 3, 4, 4]),
        keypoints1: new Float32Array([5, 242.6, 6, 242.8, 7, 7, 320, 8]),
        confidence: new Float32Array([0.2, 0.9, 0.7, 0.8]),
      };
    });
    const matches = await matchPair(
      createPairPhoto(greySource(1000, 750), 'a'),
      createPairPhoto(greySource(1000, 760), 'b'),
      matcher,
      settings,
      contextWith(),
    );
    expect([...matches.confidence]).toEqual([Math.fround(0.7), Math.fround(0.2)]);
    expect(matches.keypoints0).toHaveLength(4);
  });

  it('gives no matches as a result', async () => {
    const photo = createPairPhoto(greySource(320, 240), 'a');
    const matches = await matchPair(
      photo,
      photo,
      fakeMatcher(() => ({})),
      settings,
      contextWith(),
    );
    expect(matches.confidence).toHaveLength(0);
    expect(matches.view).toHaveLength(0);
  });

  it('reads a photo once for the same settings and again for others', async () => {
    const source = greySource(640, 480);
    const photo = createPairPhoto(source, 'a');
    const matcher = fakeMatcher(() => ({}));
    await matchPair(photo, photo, matcher, settings, contextWith());
    const reads = source.reads;
    expect(reads).toBeGreaterThan(0);
    await matchPair(photo, photo, matcher, settings, contextWith());
    expect(source.reads).toBe(reads);
    await matchPair(photo, photo, matcher, { ...settings, longEdge: 160 }, contextWith());
    expect(source.reads).toBeGreaterThan(reads);
  });

  it('keeps no input of a photo without a name, and matchers know it by its pixels', async () => {
    const source = greySource(640, 480);
    const photo = createPairPhoto(source, null);
    const keys: unknown[] = [];
    const matcher = fakeMatcher((pictures) => {
      keys.push(...pictures.map(({ key }) => key));
      return {};
    });
    await matchPair(photo, photo, matcher, settings, contextWith());
    const reads = source.reads;
    await matchPair(photo, photo, matcher, settings, contextWith());
    expect(source.reads).toBe(2 * reads);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}:/);
  });

  it('stops when aborted before the matcher starts', async () => {
    const controller = new AbortController();
    const photo = createPairPhoto(greySource(320, 240), 'a');
    const matcher = fakeMatcher(() => {
      throw new Error('The matcher must not run.');
    });
    const run = matchPair(photo, photo, matcher, settings, {
      ...contextWith(() => controller.abort(), controller.signal),
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });
});
