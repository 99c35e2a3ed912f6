import { describe, expect, test } from 'vitest';
import { applyAffine, invertAffine, type Points } from '../geometry/coordinates.ts';
import type { InputPicture, InputRequirements } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { createRandom } from '../testing/random.ts';
import areaLanczos from './fixtures/areaLanczos.json' with { type: 'json' };
import bicubic from './fixtures/bicubicAntialias.json' with { type: 'json' };
import { type InputOptions, prepareInput } from './prepareInput.ts';

const GREY: InputRequirements = { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] };
const RGB: InputRequirements = { colour: 'rgb', multipleOf: 8, mean: [0, 0, 0], deviation: [1, 1, 1] };
const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const never = new AbortController().signal;

type Paint = (x: number, y: number) => readonly [r: number, g: number, b: number, a?: number];

interface PaintedSource extends PixelSource {
  readonly reads: (readonly [start: number, count: number])[];
}

/** Pixels that are painted when they are read: a picture of any size that never stands in memory. */
function paintSource(width: number, height: number, paint: Paint): PaintedSource {
  const reads: [number, number][] = [];
  return {
    width,
    height,
    reads,
    async readRows(start, count) {
      reads.push([start, count]);
      const pixels = new Uint8ClampedArray(width * count * 4);
      for (let k = 0; k < width * count; k++) {
        const [r, g, b, a = 255] = paint(k % width, start + Math.floor(k / width));
        pixels.set([r, g, b, a], 4 * k);
      }
      return pixels;
    },
    close() {},
  };
}

/** Transparent pixels at no cost: for sizes where painting would take longer than reducing. */
function blankSource(width: number, height: number): PaintedSource {
  const reads: [number, number][] = [];
  return {
    width,
    height,
    reads,
    async readRows(start, count) {
      reads.push([start, count]);
      return new Uint8Array(width * count * 4);
    },
    close() {},
  };
}

function greyPaint(value: (x: number, y: number) => number): Paint {
  return (x, y) => {
    const grey = value(x, y);
    return [grey, grey, grey];
  };
}

function centroid({ data, width }: InputPicture, weigh: (value: number) => number): [number, number] {
  let [total, sumX, sumY] = [0, 0, 0];
  for (const [k, value] of data.entries()) {
    const weight = weigh(value);
    total += weight;
    sumX += weight * (k % width);
    sumY += weight * Math.floor(k / width);
  }
  return [sumX / total, sumY / total];
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('positions', () => {
  test('a blob stays where the transform says, to a hundredth of a photo pixel', async () => {
    const random = createRandom(1);
    for (const [width, height, longEdge] of [
      [801, 600, 640],
      [1283, 857, 320],
      [400, 977, 200],
      [640, 480, 640],
    ] as const) {
      const [u, v] = [random.uniform(0.3, 0.7) * width, random.uniform(0.3, 0.7) * height];
      const sigma = 3 * Math.max(1, Math.max(width, height) / longEdge);
      const source = paintSource(
        width,
        height,
        greyPaint((x, y) => 20 + 200 * Math.exp(-((x - u) ** 2 + (y - v) ** 2) / (2 * sigma ** 2))),
      );
      const { picture, inputToPhoto } = await prepareInput(source, GREY, { longEdge, key: 'blob' }, never);
      // Bytes round the far flanks away: only what stands two grey levels above the ground is weighed.
      const middle = centroid(picture, (value) => Math.max(0, value * 255 - 22));
      const found = applyAffine(inputToPhoto, Float32Array.from(middle) as Points<'input'>);
      expect(Math.hypot(found[0]! - u, found[1]! - v)).toBeLessThan(0.01);
    }
  });

  test('both edges of a bar stay where the transform says', async () => {
    const [width, height, longEdge] = [1000, 400, 320];
    for (const [left, right] of [
      [200.25, 700.5],
      [313.7, 313.7 + 101],
    ] as const) {
      // A pixel is as bright as the part of it that the bar covers; pixel x reaches from x - 0.5 to x + 0.5.
      const cover = (x: number) => Math.max(0, Math.min(right, x + 0.5) - Math.max(left, x - 0.5));
      const source = paintSource(
        width,
        height,
        greyPaint((x) => Math.round(50 + 100 * cover(x))),
      );
      const { picture, inputToPhoto } = await prepareInput(source, GREY, { longEdge, key: 'bar' }, never);
      const row = picture.data.subarray(60 * picture.width, 61 * picture.width);
      const area = row.reduce((sum, value) => sum + (value * 255 - 50) / 100, 0);
      const middle = row.reduce((sum, value, x) => sum + (x * (value * 255 - 50)) / 100, 0) / area;
      const [x] = applyAffine(inputToPhoto, Float32Array.of(middle, 60) as Points<'input'>);
      expect(Math.abs(x! - (left + right) / 2)).toBeLessThan(0.01);
      expect(Math.abs(area / 0.32 - (right - left))).toBeLessThan(0.02);
    }
  });

  test('the transform is the resize about pixel areas, the same on both axes', async () => {
    const source = paintSource(
      1001,
      333,
      greyPaint(() => 9),
    );
    const { inputToPhoto, content } = await prepareInput(source, GREY, { longEdge: 640, key: 'k' }, never);
    const [a, b, c, d, e, f] = invertAffine(inputToPhoto);
    const scale = 640 / 1001;
    expect([b, d]).toEqual([0, 0]);
    for (const value of [a, e]) expect(value).toBeCloseTo(scale, 14);
    for (const value of [c, f]) expect(value).toBeCloseTo(0.5 * scale - 0.5, 14);
    expect(content).toEqual({ width: 640, height: (333 * 640) / 1001 });
  });
});

describe('values', () => {
  test('a picture of one colour stays that colour, padding included', async () => {
    const source = paintSource(1003, 701, () => [200, 100, 50]);
    const { picture } = await prepareInput(source, RGB, { longEdge: 333, key: 'k' }, never);
    expect([picture.width, picture.height, picture.channels]).toEqual([336, 240, 3]);
    for (const [k, value] of picture.data.entries()) {
      const expected = [200, 100, 50][Math.floor(k / (336 * 240))]! / 255;
      if (Math.abs(value - expected) > 1e-6) expect(value).toBeCloseTo(expected, 6);
    }
  });

  test('noise keeps its mean', async () => {
    const random = createRandom(2);
    const noise = Uint8Array.from({ length: 1280 * 960 }, () => random.integer(40, 215));
    const value = (x: number, y: number) => noise[y * 1280 + x]!;
    const { picture } = await prepareInput(
      paintSource(1280, 960, greyPaint(value)),
      GREY,
      { longEdge: 320, key: 'k' },
      never,
    );
    const expected = noise.reduce((sum, byte) => sum + byte, 0) / noise.length;
    // Only the outermost pixels, repeated beyond the edge, weigh more than the others.
    expect(Math.abs(mean(picture.data) * 255 - expected)).toBeLessThan(0.05);
  });

  test('detail finer than the input averages out instead of folding into false patterns', async () => {
    const source = paintSource(
      1920,
      960,
      greyPaint((x, y) => ((x + y) % 2) * 255),
    );
    const { picture } = await prepareInput(source, GREY, { longEdge: 640, key: 'k' }, never);
    let largest = 0;
    for (let y = 4; y < 316; y++) {
      for (let x = 4; x < 636; x++) {
        largest = Math.max(largest, Math.abs(picture.data[y * 640 + x]! - 0.5));
      }
    }
    expect(largest).toBeLessThan(0.001);
  });

  test("equals the field's antialiased bicubic reduction", async () => {
    const paint: Paint = (x, y) => [
      (7 * x * x + 13 * x * y + 3 * y * y) % 256,
      (5 * x + 11 * y) % 256,
      (x * y * y + 31) % 256,
    ];
    const options = { longEdge: 16, key: 'k' };
    const grey = await prepareInput(paintSource(37, 29, paint), GREY, options, never);
    const rgb = await prepareInput(paintSource(37, 29, paint), RGB, options, never);
    const green = rgb.picture.data.subarray(256, 512);
    let largest = 0;
    for (const [k, expected] of bicubic.grey.entries()) {
      const at = (2 + Math.floor(k / 12)) * 16 + 2 + (k % 12);
      largest = Math.max(largest, Math.abs(grey.picture.data[at]! * 255 - expected));
      const clamped = Math.min(Math.max(bicubic.green[k]!, 0), 255);
      largest = Math.max(largest, Math.abs(green[at]! * 255 - clamped));
    }
    expect(bicubic.grey).toHaveLength(96);
    expect(largest).toBeLessThan(1e-4);
  });

  test.each(['area', 'lanczos'] as const)("equals the field's %s reduction", async (resampling) => {
    const paint = greyPaint((x, y) => (5 * x + 11 * y) % 256);
    const preprocessing = { resampling, equalisation: null, gamma: 1 };
    const options = { longEdge: 16, key: 'k', preprocessing };
    const { picture } = await prepareInput(paintSource(37, 29, paint), GREY, options, never);
    let largest = 0;
    for (const [k, expected] of areaLanczos[resampling].entries()) {
      const at = (3 + Math.floor(k / 10)) * 16 + 3 + (k % 10);
      const clamped = Math.min(Math.max(expected, 0), 255);
      largest = Math.max(largest, Math.abs(picture.data[at]! * 255 - clamped));
    }
    expect(areaLanczos[resampling]).toHaveLength(60);
    expect(largest).toBeLessThan(1e-4);
  });

  test('equalises what the network sees, at either of two sizes, before it is normalised', async () => {
    const random = createRandom(4);
    const noise = Uint8Array.from({ length: 256 * 192 }, () => random.integer(100, 130));
    const paint = greyPaint((x, y) => noise[y * 256 + x]!);
    const requirements = { ...RGB, ...IMAGENET, sharedCanvas: { fineScale: 1.5 } };
    const canvas = { first: { width: 128, height: 128 }, fine: { width: 192, height: 192 } };
    const spreadOf = (data: Float32Array) => {
      const middle = mean(data);
      return Math.sqrt(data.reduce((sum, value) => sum + (value - middle) ** 2, 0) / data.length);
    };
    const spreads = async (equalisation: { clipLimit: number; tiles: number } | null) => {
      const preprocessing = { resampling: 'area', equalisation, gamma: 1 } as const;
      const options = { longEdge: 128, key: 'k', canvas, preprocessing };
      const { picture } = await prepareInput(paintSource(256, 192, paint), requirements, options, never);
      return [picture, picture.fine!].map(({ data }) => spreadOf(data.subarray(0, data.length / 3)));
    };
    const [plain, equalised] = [await spreads(null), await spreads({ clipLimit: 4, tiles: 4 })];
    for (const size of [0, 1]) expect(equalised[size]! / plain[size]!).toBeGreaterThan(3);
  });

  test('at scale 1 the bytes come through as they are and the padding repeats the edge', async () => {
    const random = createRandom(3);
    const bytes = Uint8Array.from({ length: 21 * 13 * 3 }, () => random.integer(0, 255));
    const at = (x: number, y: number, channel: number) => bytes[(y * 21 + x) * 3 + channel]!;
    const paint: Paint = (x, y) => [at(x, y, 0), at(x, y, 1), at(x, y, 2)];
    const source = paintSource(21, 13, paint);
    const { picture, inputToPhoto } = await prepareInput(source, RGB, { longEdge: 21, key: 'k' }, never);
    expect([...inputToPhoto].map(Math.abs)).toEqual([1, 0, 0, 0, 1, 0]);
    expect([picture.width, picture.height]).toEqual([24, 16]);
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < 16; y++) {
        for (let x = 0; x < 24; x++) {
          const value = picture.data[(channel * 16 + y) * 24 + x];
          expect(value).toBe(Math.fround(at(Math.min(x, 20), Math.min(y, 12), channel) / 255));
        }
      }
    }
  });

  test('sharp edges do not overshoot what a byte holds', async () => {
    const source = paintSource(
      300,
      300,
      greyPaint((x, y) => (Math.floor(x / 30 + y / 70) % 2) * 255),
    );
    const { picture } = await prepareInput(source, GREY, { longEdge: 128, key: 'k' }, never);
    expect(Math.min(...picture.data)).toBe(0);
    expect(Math.max(...picture.data)).toBe(1);
  });

  test('grey weighs the colours as the field does, normalisation follows per channel', async () => {
    const source = () => paintSource(16, 16, () => [10, 100, 250]);
    const grey = await prepareInput(source(), GREY, { longEdge: 16, key: 'k' }, never);
    expect(grey.picture.data[37]! * 255).toBeCloseTo(0.299 * 10 + 0.587 * 100 + 0.114 * 250, 4);
    const rgb = await prepareInput(source(), { ...RGB, ...IMAGENET }, { longEdge: 16, key: 'k' }, never);
    for (const [channel, byte] of [10, 100, 250].entries()) {
      const expected = (byte / 255 - IMAGENET.mean[channel]!) / IMAGENET.deviation[channel]!;
      expect(rgb.picture.data[channel * 256 + 99]).toBeCloseTo(expected, 5);
    }
  });

  test('transparent pixels show white whatever colour they hide', async () => {
    const source = paintSource(16, 16, (x) => [x * 10, 0, 0, x < 8 ? 0 : 51]);
    const { picture } = await prepareInput(source, RGB, { longEdge: 16, key: 'k' }, never);
    expect(picture.data[16 + 3]).toBe(1);
    expect(picture.data[256 + 3]).toBe(1);
    expect(picture.data[16 + 12]! * 255).toBeCloseTo(0.2 * 120 + 0.8 * 255, 4);
    expect(picture.data[256 + 12]! * 255).toBeCloseTo(0.8 * 255, 4);
  });
});

describe('sizes', () => {
  test.each([
    [8, 8, 640, 16, 16],
    [9, 8, 640, 24, 16],
    [20, 4000, 1600, 8, 1600],
    [4000, 20, 1600, 1600, 8],
    [4000, 25, 1280, 1280, 8],
    [641, 641, 640, 640, 640],
    [50, 30, 640, 104, 64],
    [400, 320, 640, 640, 512],
  ])('%i x %i at %i gives %i x %i', async (width, height, longEdge, inputWidth, inputHeight) => {
    const source = paintSource(
      width,
      height,
      greyPaint((x, y) => (x + y) % 251),
    );
    const { picture } = await prepareInput(source, GREY, { longEdge, key: 'k' }, never);
    expect([picture.width, picture.height]).toEqual([inputWidth, inputHeight]);
    expect(picture.data).toHaveLength(inputWidth * inputHeight);
    expect(picture.data.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('a photo of one pixel fails with its sentence before a row is read', async () => {
    const source = paintSource(1, 1, () => [1, 2, 3]);
    await expect(prepareInput(source, GREY, { longEdge: 640 }, never)).rejects.toMatchObject({
      code: 'photo-too-small',
    });
    expect(source.reads).toEqual([]);
  });

  test('100 megapixels are read once, in order, in bands of at most 4 megapixels', async () => {
    const [width, height] = [12_000, 8_400];
    const source = blankSource(width, height);
    const { picture } = await prepareInput(source, GREY, { longEdge: 640, key: 'k' }, never);
    expect([picture.width, picture.height]).toEqual([640, 448]);
    let next = 0;
    for (const [start, count] of source.reads) {
      expect(start).toBe(next);
      expect(count * width).toBeLessThanOrEqual(4 * 2 ** 20);
      next += count;
    }
    expect(next).toBe(height);
  });

  test('where the bands are cut does not change the picture', async () => {
    // Wide enough for several bands.
    const paint = greyPaint((x, y) => (x * 3 + y * y) % 256);
    const wide = paintSource(20_000, 256, paint);
    const { picture } = await prepareInput(wide, GREY, { longEdge: 640, key: 'k' }, never);
    expect(wide.reads.length).toBeGreaterThan(1);
    // The middle columns alone, in one band: 1/31.25 either way, apart from the ends.
    const narrow = paintSource(2_000, 256, (x, y) => paint(x + 10_000, y));
    const part = await prepareInput(narrow, GREY, { longEdge: 64, key: 'k' }, never);
    expect(narrow.reads).toHaveLength(1);
    for (let y = 0; y < 8; y++) {
      for (let x = 3; x < 61; x++) {
        expect(picture.data[y * 640 + x + 320]).toBe(part.picture.data[y * 64 + x]);
      }
    }
  });
});

describe('cancelling', () => {
  test('stops between bands', async () => {
    const abort = new AbortController();
    const source = blankSource(50_000, 400);
    const readRows = source.readRows.bind(source);
    source.readRows = async (start, count) => {
      if (start > 0) abort.abort();
      return readRows(start, count);
    };
    await expect(prepareInput(source, GREY, { longEdge: 1600 }, abort.signal)).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    expect(source.reads).toHaveLength(2);
  });

  test('hears a message that arrives while it works', async () => {
    const abort = new AbortController();
    const source = blankSource(50_000, 400);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      abort.abort();
      port1.close();
    };
    port2.postMessage('cancel');
    await expect(prepareInput(source, GREY, { longEdge: 1600 }, abort.signal)).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    expect(source.reads.length).toBeLessThan(4);
  });
});

describe('key', () => {
  const source = (shade = 0) =>
    paintSource(
      64,
      48,
      greyPaint((x, y) => (x * y + shade) % 256),
    );
  const keyOf = async (requirements: InputRequirements, longEdge: number, key?: string, shade?: number) =>
    (
      await prepareInput(
        source(shade),
        requirements,
        key === undefined ? { longEdge } : { longEdge, key },
        never,
      )
    ).picture.key;

  test('tells photo, size and colour apart', async () => {
    const keys = await Promise.all([
      keyOf(GREY, 32, 'a'),
      keyOf(GREY, 32, 'b'),
      keyOf(GREY, 40, 'a'),
      keyOf(RGB, 32, 'a'),
    ]);
    expect(new Set(keys).size).toBe(4);
    expect(await keyOf(GREY, 32, 'a')).toBe(keys[0]);
  });

  test('tells apart how the photo was preprocessed', async () => {
    const keys = await Promise.all(
      [
        {},
        { preprocessing: { resampling: 'area', equalisation: null, gamma: 1 } },
        { preprocessing: { resampling: 'cubic', equalisation: null, gamma: 1.1 } },
        { preprocessing: { resampling: 'cubic', equalisation: { clipLimit: 2, tiles: 8 }, gamma: 1 } },
        { preprocessing: { resampling: 'cubic', equalisation: { clipLimit: 2, tiles: 9 }, gamma: 1 } },
      ].map(async (options) => {
        const prepared = await prepareInput(
          source(),
          GREY,
          { longEdge: 32, key: 'a', ...options } as InputOptions,
          never,
        );
        return prepared.picture.key;
      }),
    );
    expect(new Set(keys).size).toBe(5);
  });

  test('is the same for long edges that give the same picture', async () => {
    expect(await keyOf(GREY, 640, 'a')).toBe(await keyOf(GREY, 800, 'a'));
  });

  test('without a name the content decides', async () => {
    expect(await keyOf(GREY, 32)).toBe(await keyOf(GREY, 32));
    expect(await keyOf(GREY, 32)).not.toBe(await keyOf(GREY, 32, undefined, 1));
  });
});
