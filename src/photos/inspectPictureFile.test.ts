import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { CovisError } from '../reporting/covisError.ts';
import { createRandom } from '../testing/random.ts';
import { acceptPictureFile, explainUndecodable, inspectPictureFile } from './inspectPictureFile.ts';

const [WIDTH, HEIGHT] = [93, 41];

/** Noise, so that every encoder writes more than a header. */
function noise() {
  const random = createRandom(1);
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, () => random.integer(0, 255));
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

const encoders = {
  jpeg: () => noise().jpeg().toBuffer(),
  png: () => noise().png().toBuffer(),
  webp: () => noise().webp().toBuffer(),
  avif: () => noise().avif({ effort: 0 }).toBuffer(),
  gif: () => noise().gif().toBuffer(),
};

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function refusalOf(bytes: Uint8Array, name = 'holiday.jpg'): CovisError {
  try {
    acceptPictureFile(bytes, name);
  } catch (error) {
    if (error instanceof CovisError) return error;
    throw error;
  }
  throw new Error('The file was accepted.');
}

describe('whole and truncated files', () => {
  test.each(Object.keys(encoders) as (keyof typeof encoders)[])(
    '%s: told by its bytes, whole only to its last byte',
    async (format) => {
      const bytes = await encoders[format]();
      const picture = inspectPictureFile(bytes);
      expect(picture).toMatchObject({ format, complete: true });
      // AVIF keeps its size deep inside.
      expect(picture.size).toEqual(format === 'avif' ? null : { width: WIDTH, height: HEIGHT });
      // A GIF may lose its trailer, a PNG none of the 12 bytes of its end; a JPEG ends with two bytes.
      const last = { jpeg: 1, png: 5, webp: 1, avif: 1, gif: 2 }[format];
      for (const kept of [bytes.length - last, bytes.length >> 1, 60]) {
        expect(inspectPictureFile(bytes.subarray(0, kept))).toMatchObject({ format, complete: false });
        expect(refusalOf(bytes.subarray(0, kept))).toMatchObject({
          stage: 'photos',
          code: 'photo-truncated',
        });
      }
      expect(() => acceptPictureFile(bytes, 'holiday.jpg')).not.toThrow();
    },
  );

  test.each([{ progressive: true }, { progressive: false, mozjpeg: true }, { chromaSubsampling: '4:4:4' }])(
    'JPEG written with %o',
    async (options) => {
      const bytes = await noise().jpeg(options).toBuffer();
      expect(inspectPictureFile(bytes)).toEqual({
        format: 'jpeg',
        size: { width: WIDTH, height: HEIGHT },
        complete: true,
      });
    },
  );

  test.each([{ lossless: true }, { alphaQuality: 50 }])('WebP written with %o', async (options) => {
    const bytes = await noise().ensureAlpha(0.5).webp(options).toBuffer();
    expect(inspectPictureFile(bytes)).toEqual({
      format: 'webp',
      size: { width: WIDTH, height: HEIGHT },
      complete: true,
    });
  });

  test("a thumbnail's end is not the end of the JPEG", async () => {
    const photo = await encoders.jpeg();
    const thumbnail = await sharp(await encoders.jpeg())
      .resize(16)
      .jpeg()
      .toBuffer();
    const segment = new Uint8Array(4 + thumbnail.length);
    segment.set([0xff, 0xe1, (thumbnail.length + 2) >> 8, (thumbnail.length + 2) & 255]);
    segment.set(thumbnail, 4);
    const bytes = Buffer.concat([photo.subarray(0, 2), segment, photo.subarray(2)]);
    expect(inspectPictureFile(bytes)).toMatchObject({
      size: { width: WIDTH, height: HEIGHT },
      complete: true,
    });
    expect(inspectPictureFile(bytes.subarray(0, bytes.length - 2)).complete).toBe(false);
  });

  test('what phones append to a JPEG does not matter, zeros instead of its end do', async () => {
    const photo = await encoders.jpeg();
    expect(inspectPictureFile(Buffer.concat([photo, Buffer.alloc(5000, 7)])).complete).toBe(true);
    const half = photo.subarray(0, photo.length >> 1);
    expect(inspectPictureFile(Buffer.concat([half, Buffer.alloc(half.length)])).complete).toBe(false);
  });

  test('a GIF needs its first frame only', async () => {
    const frames = await sharp(
      Buffer.concat([Buffer.alloc(20 * 10 * 3, 50), Buffer.alloc(20 * 10 * 3, 250)]),
      { raw: { width: 20, height: 20, channels: 3, pageHeight: 10 } },
    )
      .gif()
      .toBuffer();
    expect(inspectPictureFile(frames)).toEqual({
      format: 'gif',
      size: { width: 20, height: 10 },
      complete: true,
    });
    expect(inspectPictureFile(frames.subarray(0, frames.length - 10)).complete).toBe(true);
  });

  test('no file of random bytes or random cuts makes the readers fail or loop', async () => {
    const random = createRandom(2);
    const files = await Promise.all(Object.values(encoders).map((encode) => encode()));
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from(random.pick(files).subarray(0, random.integer(0, 4000)));
      for (let k = 0; k < 20 && bytes.length > 0; k++) {
        bytes[random.integer(0, Math.min(bytes.length, 300) - 1)] = random.integer(0, 255);
      }
      expect(typeof inspectPictureFile(bytes).complete).toBe('boolean');
    }
  });
});

describe('what is no photo', () => {
  test('an empty file says that it is empty', () => {
    const error = refusalOf(new Uint8Array(0));
    expect(error.code).toBe('photo-empty');
    expect(error.message).toMatch(/^“holiday\.jpg” is empty/);
  });

  test.each([
    ['a text file', encodeText('Dear diary,\n\ttoday the rösti was “good”.\r\n')],
    ['a text file', encodeText('{"format":"covis.matches"}')],
    ['a web page', encodeText('<!DOCTYPE html><html><body>404</body></html>')],
    ['an SVG drawing', encodeText('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PDF document', latin1('%PDF-1.7\n%\xe2\xe3\xcf\xd3')],
    ['a ZIP archive', latin1('PK\x03\x04\x14\0\0\0')],
    ['a video', latin1('\0\0\0\x18ftypmp42\0\0\0\0mp42isom')],
    ['a video', latin1('\0\0\0\x14ftypqt  \0\0\0\0qt  ')],
    ['a video', latin1('\x1a\x45\xdf\xa3\x01\0\0\0')],
    ['a video', latin1('RIFF\x10\0\0\0AVI LIST')],
    ['a TIFF or raw camera file', latin1('II*\0\x08\0\0\0')],
    ['a raw camera file', latin1('\0\0\0\x18ftypcrx \0\0\0\x01crx isom')],
    ['a Photoshop document', latin1('8BPS\0\x01\0\0')],
  ])('%s is named and refused', (what, bytes) => {
    const error = refusalOf(bytes);
    expect(error).toMatchObject({ stage: 'photos', code: 'photo-not-a-picture' });
    expect(error.message.startsWith(`“holiday.jpg” is ${what}`)).toBe(true);
    // One sentence, with advice after the colon.
    expect(error.message).toMatch(/^[^:]+: [^:]+\.$/);
  });

  test('more pixels than can be opened are refused by the header alone', async () => {
    const bytes = new Uint8Array(await encoders.png());
    new DataView(bytes.buffer).setUint32(16, 40_000);
    new DataView(bytes.buffer).setUint32(20, 30_000);
    const error = refusalOf(bytes);
    expect(error.code).toBe('photo-too-large');
    expect(error.message).toContain('40000 × 30000 pixels, more than the 268 megapixels');
  });
});

describe('what only some decoders know', () => {
  test.each(['heic', 'heix', 'mif1'])('brand %s is HEIC and gets its own sentence', (brand) => {
    const bytes = latin1(`\0\0\0\x14ftyp${brand}\0\0\0\0${brand}`);
    const picture = acceptPictureFile(bytes, 'IMG_1.HEIC');
    expect(picture.format).toBe('heic');
    const error = explainUndecodable(picture, 'IMG_1.HEIC', 'this browser', new Error('codec'));
    expect(error.code).toBe('photo-unsupported');
    expect(error.message).toMatch(/^“IMG_1\.HEIC” is a HEIC photo, which this browser cannot decode: export/);
  });

  test('mif1 with avif among its brands is AVIF', () => {
    expect(inspectPictureFile(latin1('\0\0\0\x18ftypmif1\0\0\0\0mif1avif')).format).toBe('avif');
  });

  test('bytes of no known kind go to the decoder, and its failure lists what can be opened', () => {
    const picture = acceptPictureFile(latin1('\x01\x02\x03\x04\x05\x06\x07\x08'), 'blob');
    expect(picture.format).toBe('unknown');
    const error = explainUndecodable(picture, 'blob', 'the terminal', new Error('unsupported'));
    expect(error).toMatchObject({ code: 'photo-not-a-picture', cause: new Error('unsupported') });
    expect(error.message).toContain('choose a JPEG, PNG, WebP, AVIF, GIF or BMP file');
  });

  test('a whole file the decoder gives up on is damaged', async () => {
    const picture = acceptPictureFile(await encoders.png(), 'a.png');
    expect(explainUndecodable(picture, 'a.png', 'this browser', null).code).toBe('photo-damaged');
  });
});

const shared = `${process.env.COVIS_SHARED ?? '../shared'}/photos/sacre_coeur_008.jpg`;

test.skipIf(!existsSync(shared))(
  'a real photo is whole (skipped where the shared photos are absent)',
  async () => {
    expect(inspectPictureFile(await readFile(shared))).toMatchObject({ format: 'jpeg', complete: true });
  },
);
