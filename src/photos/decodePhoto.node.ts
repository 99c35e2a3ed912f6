/**
 * Photos in the terminal, by sharp: upright by EXIF and in sRGB, as the browser gives them, so that both match
 * the same pixels.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import { hashBytes } from '../files/hashBytes.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type DecodedPixels, decodeBmp } from './decodeBmp.ts';
import {
  acceptPictureFile,
  explainUndecodable,
  MAXIMUM_PIXELS,
  type PictureFile,
} from './inspectPictureFile.ts';
import type { PhotoDescription, PixelSource } from './pixelSource.ts';
import { readFocalLengthPx } from './readExif.ts';

export interface NodePhoto {
  readonly source: PixelSource;
  readonly description: PhotoDescription;
}

/** @throws CovisError of the stage `photos`, or the abort reason */
export async function openPhotoFile(path: string, signal: AbortSignal): Promise<NodePhoto> {
  return decodePhotoInNode(await read(path, signal), basename(path), signal);
}

/** @throws CovisError of the stage `photos`, or the abort reason */
export async function decodePhotoInNode(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  signal: AbortSignal,
): Promise<NodePhoto> {
  signal.throwIfAborted();
  const picture = acceptPictureFile(bytes, name);
  const { pixels, width, height } = await decode(bytes, name, picture);
  signal.throwIfAborted();
  const [sha256, focalPx] = await Promise.all([
    hashBytes(bytes),
    readFocalLengthPx(bytes, { width, height }),
  ]);
  signal.throwIfAborted();
  return {
    source: createPixelSource(pixels, width, height),
    description: { name, width, height, sha256, focalPx },
  };
}

async function read(path: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(path, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    const code = (cause as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`;
    throw new CovisError(
      'photos',
      'photo-unreadable',
      `“${path}” cannot be opened: ${reason}, so check the path.`,
      { cause },
    );
  }
}

async function decode(bytes: Uint8Array, name: string, picture: PictureFile): Promise<DecodedPixels> {
  try {
    if (picture.format === 'bmp') return decodeBmp(bytes);
    const stored = sharp(bytes, { failOn: 'truncated', limitInputPixels: MAXIMUM_PIXELS });
    // Chromium shows a WebP as it is stored, whatever its EXIF says, and the terminal must see the same.
    const upright = picture.format === 'webp' ? stored : stored.autoOrient();
    const { data, info } = await upright
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height };
  } catch (cause) {
    throw explainUndecodable(picture, name, 'the terminal', cause);
  }
}

function createPixelSource(pixels: Uint8Array, width: number, height: number): PixelSource {
  let open: Uint8Array | null = pixels;
  return {
    width,
    height,
    async readRows(start, count) {
      if (open === null) throw new Error('The photo was closed before its rows were read.');
      return open.subarray(start * width * 4, (start + count) * width * 4);
    },
    close() {
      open = null;
    },
  };
}
