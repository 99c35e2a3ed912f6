import { describe, expect, test } from 'vitest';
import { type BmpLayout, writeBmp } from '../testing/writeBmp.ts';
import { decodeBmp } from './decodeBmp.ts';
import { decodePhotoInNode } from './decodePhoto.node.ts';
import { inspectPictureFile } from './inspectPictureFile.ts';

const [WIDTH, HEIGHT] = [13, 5];

function colourAt(x: number, y: number): readonly [r: number, g: number, b: number, a: number] {
  return [x * 19, y * 51, (x * y * 7) % 256, 255 - x * 10];
}

function expected(layout: BmpLayout): number[] {
  return Array.from({ length: WIDTH * HEIGHT }, (_, k) => {
    const [r, g, b, a] = colourAt(k % WIDTH, Math.floor(k / WIDTH));
    switch (layout) {
      case '8-bit palette':
      case '1-bit palette': {
        const grey = layout === '8-bit palette' ? r : r < 128 ? 0 : 255;
        return [grey, grey, grey, 255];
      }
      case '16-bit 5-6-5':
        return [
          Math.round(((r >> 3) * 255) / 31),
          Math.round(((g >> 2) * 255) / 63),
          Math.round(((b >> 3) * 255) / 31),
          255,
        ];
      case '32-bit with alpha':
        return [r, g, b, a];
      default:
        return [r, g, b, 255];
    }
  }).flat();
}

const layouts: readonly BmpLayout[] = [
  '24-bit',
  '24-bit top-down',
  '32-bit',
  '32-bit with alpha',
  '16-bit 5-6-5',
  '8-bit palette',
  '1-bit palette',
];

describe('decodeBmp', () => {
  test.each(layouts)('%s', (layout) => {
    const bytes = writeBmp(layout, WIDTH, HEIGHT, colourAt);
    expect(inspectPictureFile(bytes)).toEqual({
      format: 'bmp',
      size: { width: WIDTH, height: HEIGHT },
      complete: true,
    });
    expect(inspectPictureFile(bytes.subarray(0, bytes.length - 1)).complete).toBe(false);
    const { pixels, width, height } = decodeBmp(bytes);
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    expect([...pixels]).toEqual(expected(layout));
  });

  test('reaches the terminal as any other photo', async () => {
    const bytes = writeBmp('24-bit', WIDTH, HEIGHT, colourAt);
    const { source } = await decodePhotoInNode(bytes, 'a.bmp', new AbortController().signal);
    expect([...(await source.readRows(0, HEIGHT))]).toEqual(expected('24-bit'));
  });

  test('refuses run-length coding and empty pictures', async () => {
    const coded = writeBmp('8-bit palette', WIDTH, HEIGHT, colourAt);
    new DataView(coded.buffer).setUint32(30, 1, true);
    expect(() => decodeBmp(coded)).toThrow('Compression 1');
    await expect(decodePhotoInNode(coded, 'a.bmp', new AbortController().signal)).rejects.toMatchObject({
      stage: 'photos',
    });
    const empty = writeBmp('24-bit', WIDTH, HEIGHT, colourAt);
    new DataView(empty.buffer).setUint32(18, 0, true);
    expect(() => decodeBmp(empty)).toThrow('no pixels');
  });
});
