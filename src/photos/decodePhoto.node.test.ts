import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePhotoInNode, openPhotoFile } from './decodePhoto.node.ts';

const [WIDTH, HEIGHT] = [48, 32];
const never = new AbortController().signal;

/** Four corners of different colours and a slope: no turn or flip of it is itself. */
function paint(width = WIDTH, height = HEIGHT): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.set(
        [(x / width) * 255, (y / height) * 255, x < width / 3 && y < height / 2 ? 220 : 30],
        (y * width + x) * 3,
      );
    }
  }
  return pixels;
}

function painted(): Sharp {
  return sharp(paint(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

async function decodeAll(bytes: Buffer, name = 'photo') {
  const { source, description } = await decodePhotoInNode(Uint8Array.from(bytes), name, never);
  const pixels = await source.readRows(0, source.height);
  source.close();
  return { pixels, description };
}

/** Mean absolute difference of the colours, in grey levels; the decoded pixels must be opaque. */
function difference(pixels: ArrayLike<number>, rgb: Buffer): number {
  expect(pixels.length).toBe((rgb.length / 3) * 4);
  let total = 0;
  for (let k = 0; k < rgb.length / 3; k++) {
    for (let c = 0; c < 3; c++) total += Math.abs(pixels[4 * k + c]! - rgb[3 * k + c]!);
    if (pixels[4 * k + 3] !== 255) throw new Error(`Pixel ${k} is not opaque.`);
  }
  return total / rgb.length;
}

describe('formats', () => {
  test.each([
    ['JPEG', () => painted().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }), 2],
    [
      'progressive JPEG',
      () => painted().jpeg({ quality: 95, chromaSubsampling: '4:4:4', progressive: true }),
      2,
    ],
    ['PNG', () => painted().png(), 0],
    ['interlaced PNG', () => painted().png({ progressive: true }), 0],
    ['lossless WebP', () => painted().webp({ lossless: true }), 0],
    ['WebP', () => painted().webp({ quality: 95 }), 5],
    ['AVIF', () => painted().avif({ quality: 95, effort: 0 }), 2],
    ['GIF', () => painted().gif({ effort: 1 }), 6],
  ])('%s', async (_, encode, bound) => {
    const { pixels, description } = await decodeAll(await encode().toBuffer());
    expect(description).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(difference(pixels, paint())).toBeLessThanOrEqual(bound);
  });

  test('a 16-bit PNG keeps its upper byte', async () => {
    const values = Uint16Array.from({ length: 16 * 16 * 3 }, (_, k) => (k * 85) % 65536);
    const bytes = await sharp(values, { raw: { width: 16, height: 16, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    const { pixels } = await decodeAll(bytes);
    const expected = Buffer.from(Array.from(values, (value) => value >> 8));
    expect(difference(pixels, expected)).toBeLessThan(0.6);
  });

  test('a grey JPEG becomes equal red, green and blue', async () => {
    const bytes = await painted().toColourspace('b-w').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(1);
    const { pixels } = await decodeAll(bytes);
    expect(pixels).toHaveLength(WIDTH * HEIGHT * 4);
    for (let k = 0; k < pixels.length; k += 4) {
      expect([pixels[k + 1], pixels[k + 2], pixels[k + 3]]).toEqual([pixels[k], pixels[k], 255]);
    }
  });

  test('a CMYK JPEG becomes sRGB', async () => {
    const bytes = await painted().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const { pixels } = await decodeAll(bytes);
    // Print inks cannot show every colour: near is all that can be asked.
    expect(difference(pixels, paint())).toBeLessThan(25);
  });

  test('a Display P3 photo becomes sRGB', async () => {
    // A muted colour inside both gamuts: its sRGB bytes before and after the way through P3.
    const flat = Buffer.from(Array.from({ length: 16 * 16 * 3 }, (_, k) => [150, 90, 60][k % 3]!));
    const bytes = await sharp(flat, { raw: { width: 16, height: 16, channels: 3 } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(stored[0]).not.toBe(150);
    expect(difference((await decodeAll(bytes)).pixels, flat)).toBeLessThan(1.5);
  });

  test('alpha stays as it is, with the colour below it', async () => {
    const rgba = Buffer.from(
      Array.from({ length: 8 * 8 * 4 }, (_, k) => [200, 100, 50, (k >> 2) * 4][k % 4]!),
    );
    const bytes = await sharp(rgba, { raw: { width: 8, height: 8, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await decodeAll(bytes)).pixels]).toEqual([...rgba]);
  });

  test('an animated GIF shows its first frame', async () => {
    const frames = Buffer.concat([Buffer.alloc(20 * 10 * 3, 50), Buffer.alloc(20 * 10 * 3, 250)]);
    const bytes = await sharp(frames, { raw: { width: 20, height: 20, channels: 3, pageHeight: 10 } })
      .gif()
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const { pixels, description } = await decodeAll(bytes);
    expect(description).toMatchObject({ width: 20, height: 10 });
    expect(difference(pixels, Buffer.alloc(20 * 10 * 3, 50))).toBeLessThan(2);
  });

  test('a photo of one pixel opens', async () => {
    const bytes = await sharp(Buffer.from([10, 20, 30]), { raw: { width: 1, height: 1, channels: 3 } })
      .png()
      .toBuffer();
    const { pixels, description } = await decodeAll(bytes);
    expect([...pixels]).toEqual([10, 20, 30, 255]);
    expect(description).toMatchObject({ width: 1, height: 1 });
  });
});

describe('orientation', () => {
  /** Where the stored pixel of column c and row r belongs in the upright picture (Exif 2.32, table 6). */
  const place: Record<number, (c: number, r: number) => readonly [x: number, y: number]> = {
    1: (c, r) => [c, r],
    2: (c, r) => [WIDTH - 1 - c, r],
    3: (c, r) => [WIDTH - 1 - c, HEIGHT - 1 - r],
    4: (c, r) => [c, HEIGHT - 1 - r],
    5: (c, r) => [r, c],
    6: (c, r) => [WIDTH - 1 - r, c],
    7: (c, r) => [WIDTH - 1 - r, HEIGHT - 1 - c],
    8: (c, r) => [r, HEIGHT - 1 - c],
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i comes out upright', async (orientation) => {
    const [width, height] = orientation < 5 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH];
    const upright = paint();
    const turned = Buffer.alloc(width * height * 3);
    for (let k = 0; k < width * height; k++) {
      const [x, y] = place[orientation]!(k % width, Math.floor(k / width));
      upright.copy(turned, 3 * k, 3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3);
    }
    const bytes = await sharp(turned, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const stored = await sharp(bytes).metadata();
    expect(stored.orientation).toBe(orientation);
    expect([stored.width, stored.height]).toEqual([width, height]);
    const { pixels, description } = await decodeAll(bytes);
    expect(description).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(difference(pixels, upright)).toBeLessThan(1.5);
  });

  test('a WebP stays as it is stored, as the page shows it', async () => {
    const bytes = await painted().withMetadata({ orientation: 6 }).webp({ lossless: true }).toBuffer();
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    const { pixels, description } = await decodeAll(bytes);
    expect(description).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(difference(pixels, paint())).toBe(0);
  });
});

describe('description', () => {
  test('hash of the file, name and focal length of the upright photo', async () => {
    const bytes = await painted()
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '50' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { description } = await decodeAll(bytes, 'tower.jpg');
    expect(description).toEqual({
      name: 'tower.jpg',
      width: HEIGHT,
      height: WIDTH,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      focalPx: expect.closeTo((50 / Math.hypot(36, 24)) * Math.hypot(WIDTH, HEIGHT), 6),
    });
  });
});

describe('rows', () => {
  test('any band is the same part of the whole', async () => {
    const { source } = await decodePhotoInNode(Uint8Array.from(await painted().png().toBuffer()), 'a', never);
    const whole = await source.readRows(0, HEIGHT);
    for (const [start, count] of [
      [0, 1],
      [5, 9],
      [HEIGHT - 1, 1],
    ] as const) {
      const band = await source.readRows(start, count);
      expect([...band]).toEqual([...whole.subarray(start * WIDTH * 4, (start + count) * WIDTH * 4)]);
    }
    source.close();
    await expect(source.readRows(0, 1)).rejects.toThrow('closed');
  });

  test('100 megapixels stand in memory once', async () => {
    const [width, height] = [12_000, 8_400];
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#565656' } })
      .jpeg()
      .toBuffer();
    const before = process.memoryUsage().arrayBuffers;
    const { source, description } = await decodePhotoInNode(Uint8Array.from(bytes), 'large.jpg', never);
    expect(description).toMatchObject({ width, height });
    for (let start = 0; start < height; start += 350) {
      const band = await source.readRows(start, Math.min(350, height - start));
      expect([...band.subarray(band.length - 4)]).toEqual([0x56, 0x56, 0x56, 255]);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(width * height * 4 * 1.05);
    source.close();
  });
});

describe('failures', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'covis-photos-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('a JPEG cut in the middle', async () => {
    const bytes = await painted().jpeg().toBuffer();
    await expect(decodeAll(bytes.subarray(0, bytes.length * 0.7), 'cut.jpg')).rejects.toMatchObject({
      code: 'photo-truncated',
      message: expect.stringContaining('“cut.jpg” ends too early'),
    });
  });

  test('a PNG with damaged pixels', async () => {
    const bytes = await painted().png().toBuffer();
    bytes.fill(0x55, bytes.indexOf('IDAT') + 8, bytes.indexOf('IDAT') + 60);
    await expect(decodeAll(bytes, 'bad.png')).rejects.toMatchObject({ code: 'photo-damaged' });
  });

  test('a text renamed to .jpg', async () => {
    await expect(decodeAll(Buffer.from('not a photo at all'), 'note.jpg')).rejects.toMatchObject({
      code: 'photo-not-a-picture',
      message: expect.stringContaining('“note.jpg” is a text file'),
    });
  });

  test('unknown bytes', async () => {
    await expect(decodeAll(Buffer.from([1, 2, 3, 4, 5]), 'noise')).rejects.toMatchObject({
      code: 'photo-not-a-picture',
      message: expect.stringContaining('no picture that the terminal can decode'),
    });
  });

  test('a file that is not there, and a folder', async () => {
    await expect(openPhotoFile(join(folder, 'gone.jpg'), never)).rejects.toMatchObject({
      code: 'photo-unreadable',
      message: expect.stringContaining('there is no such file'),
    });
    await expect(openPhotoFile(folder, never)).rejects.toMatchObject({ code: 'photo-unreadable' });
  });

  test('a file on the disk opens under its own name, an empty one does not', async () => {
    await writeFile(join(folder, 'a.png'), await painted().png().toBuffer());
    await writeFile(join(folder, 'empty.png'), '');
    const { source, description } = await openPhotoFile(join(folder, 'a.png'), never);
    source.close();
    expect(description.name).toBe('a.png');
    await expect(openPhotoFile(join(folder, 'empty.png'), never)).rejects.toMatchObject({
      code: 'photo-empty',
    });
  });

  test('an aborted signal rejects with its reason', async () => {
    const aborted = AbortSignal.abort();
    await expect(openPhotoFile(join(folder, 'a.png'), aborted)).rejects.toBe(aborted.reason);
  });
});
