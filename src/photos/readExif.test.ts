import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { focalLengthPx, readFocalLengthPx } from './readExif.ts';

const PHONE = { width: 4000, height: 3000 };

describe('focalLengthPx', () => {
  test('a 35 mm equivalent is taken by the diagonal', () => {
    // 43.2666 mm of film diagonal are 5000 pixels of this photo.
    expect(focalLengthPx({ FocalLengthIn35mmFormat: 26 }, PHONE)).toBeCloseTo((26 / 43.2666) * 5000, 2);
    // On the film's own 3:2 the width gives the same.
    expect(focalLengthPx({ FocalLengthIn35mmFormat: 50 }, { width: 6000, height: 4000 })).toBeCloseTo(
      (50 / 36) * 6000,
      8,
    );
  });

  test('turning the photo changes nothing, resizing it scales', () => {
    const tags = { FocalLengthIn35mmFormat: 26 };
    expect(focalLengthPx(tags, { width: 3000, height: 4000 })).toBe(focalLengthPx(tags, PHONE));
    expect(focalLengthPx(tags, { width: 1000, height: 750 })).toBeCloseTo(focalLengthPx(tags, PHONE)! / 4, 8);
  });

  test('focal length and resolution of the sensor stand in, in every unit', () => {
    // 6000 pixels on 24 mm: 250 a millimetre; 18 mm are 4500 pixels.
    const photo = { width: 6000, height: 4000 };
    for (const [unit, resolution] of [
      [2, 6350],
      [3, 2500],
      [4, 250],
      [5, 0.25],
      [undefined, 6350],
    ] as const) {
      const tags = { FocalLength: 18, FocalPlaneXResolution: resolution, FocalPlaneResolutionUnit: unit };
      expect(focalLengthPx(tags, photo)).toBeCloseTo(4500, 8);
    }
  });

  test('a photo made smaller later than the camera wrote it, turned or not, is accounted for', () => {
    const tags = {
      FocalLength: 18,
      FocalPlaneXResolution: 2500,
      FocalPlaneResolutionUnit: 3,
      ExifImageWidth: 6000,
      ExifImageHeight: 4000,
    };
    expect(focalLengthPx(tags, { width: 1500, height: 1000 })).toBeCloseTo(1125, 8);
    expect(focalLengthPx(tags, { width: 1000, height: 1500 })).toBeCloseTo(1125, 8);
  });

  test('unknown, zero and senseless tags give nothing', () => {
    for (const tags of [
      {},
      { FocalLengthIn35mmFormat: 0 },
      { FocalLength: 5 },
      { FocalPlaneXResolution: 100 },
      { FocalLength: 5, FocalPlaneXResolution: 0 },
      { FocalLength: 5, FocalPlaneXResolution: 10, FocalPlaneResolutionUnit: 9 },
      { FocalLengthIn35mmFormat: '35 mm' },
      { FocalLengthIn35mmFormat: Number.NaN },
      { FocalLengthIn35mmFormat: -3 },
    ]) {
      expect(focalLengthPx(tags, PHONE)).toBeNull();
    }
  });

  test('an unknown equivalent falls back to the sensor', () => {
    const tags = {
      FocalLengthIn35mmFormat: 0,
      FocalLength: 18,
      FocalPlaneXResolution: 2500,
      FocalPlaneResolutionUnit: 3,
    };
    expect(focalLengthPx(tags, PHONE)).toBeCloseTo(4500, 8);
  });
});

describe('readFocalLengthPx', () => {
  const canvas = () => sharp({ create: { width: 40, height: 30, channels: 3, background: '#468' } });

  test('reads the equivalent from a JPEG', async () => {
    const bytes = await canvas()
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '26', FocalLength: '425/100' } })
      .jpeg()
      .toBuffer();
    expect(await readFocalLengthPx(bytes, PHONE)).toBeCloseTo((26 / 43.2666) * 5000, 2);
  });

  test('reads focal length and sensor resolution from a JPEG', async () => {
    const bytes = await canvas()
      .withExif({
        IFD2: { FocalLength: '18/1', FocalPlaneXResolution: '2500/1', FocalPlaneResolutionUnit: '3' },
      })
      .jpeg()
      .toBuffer();
    // The encoder writes its own 40 pixels as the size the camera wrote.
    expect(await readFocalLengthPx(bytes, { width: 80, height: 60 })).toBeCloseTo(4500 * 2, 6);
  });

  test('files without EXIF, of other formats and with damaged EXIF give nothing', async () => {
    const jpeg = await canvas()
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '26' } })
      .jpeg()
      .toBuffer();
    const damaged = Buffer.from(jpeg);
    damaged.fill(0xee, damaged.indexOf('Exif') + 6, damaged.indexOf('Exif') + 60);
    for (const bytes of [
      await canvas().jpeg().toBuffer(),
      await canvas().png().toBuffer(),
      await canvas().webp().toBuffer(),
      await canvas().gif().toBuffer(),
      damaged,
      new Uint8Array(0),
    ]) {
      expect(await readFocalLengthPx(bytes, PHONE)).toBeNull();
    }
  });
});
