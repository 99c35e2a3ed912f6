/**
 * The browser's own decoders, used off the main thread: every format the browser shows, turned upright by EXIF,
 * in sRGB. The picture is decoded once and read back in bands, so that it never stands in memory twice.
 */

import { hashBytes } from '../files/hashBytes.ts';
import { CovisError } from '../reporting/covisError.ts';
import {
  acceptPictureFile,
  explainUndecodable,
  type PictureFile,
  refuseTooLarge,
} from './inspectPictureFile.ts';
import type { PhotoDescription, PixelSource } from './pixelSource.ts';
import { readFocalLengthPx } from './readExif.ts';

export interface BrowserPhoto {
  /** Whoever opens a photo closes it. */
  readonly source: PixelSource;
  readonly description: PhotoDescription;
  /**
   * The whole photo, its long edge at most `longEdge` pixels, never enlarged; the caller owns it and may transfer
   * it. Only while the source is open.
   */
  makePreview(longEdge: number): Promise<ImageBitmap>;
}

/**
 * @param file any bytes; the type it claims is not asked
 * @throws CovisError of the stage `photos`, or the abort reason
 */
export async function decodePhotoInBrowser(
  file: Blob,
  name: string,
  signal: AbortSignal,
): Promise<BrowserPhoto> {
  signal.throwIfAborted();
  const bytes = await readFile(file, name);
  signal.throwIfAborted();
  const picture = acceptPictureFile(bytes, name);
  const bitmap = await decode(file, name, picture);
  try {
    refuseTooLarge(bitmap, name);
    refuseReduced(bitmap, picture, name);
    const { width, height } = bitmap;
    const [sha256, focalPx] = await Promise.all([hashBytes(bytes), readFocalLengthPx(bytes, bitmap)]);
    signal.throwIfAborted();
    return {
      source: createBitmapSource(bitmap),
      description: { name, width, height, sha256, focalPx },
      makePreview: (longEdge) => createPreview(bitmap, longEdge),
    };
  } catch (error) {
    bitmap.close();
    throw error;
  }
}

async function readFile(file: Blob, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new CovisError(
      'photos',
      'photo-unreadable',
      `“${name}” can no longer be read: it was moved, changed or deleted, so choose it again.`,
      { cause },
    );
  }
}

async function decode(file: Blob, name: string, picture: PictureFile): Promise<ImageBitmap> {
  try {
    // Without a type the decoder looks at the bytes, as it should for a file with the wrong extension.
    return await createImageBitmap(file.slice(0, file.size, ''), {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'default',
      premultiplyAlpha: 'none',
    });
  } catch (cause) {
    throw explainUndecodable(picture, name, 'this browser', cause);
  }
}

/** Browsers short of memory decode large photos at a fraction of their size; coordinates would be wrong. */
function refuseReduced(bitmap: ImageBitmap, { size }: PictureFile, name: string): void {
  if (size === null || bitmap.width * bitmap.height >= size.width * size.height) return;
  throw new CovisError(
    'photos',
    'photo-too-large',
    `“${name}” has ${size.width} × ${size.height} pixels, more than this device can open: make it smaller.`,
  );
}

function createBitmapSource(bitmap: ImageBitmap): PixelSource {
  const { width, height } = bitmap;
  let context: OffscreenCanvasRenderingContext2D | null = null;
  return {
    width,
    height,
    async readRows(start, count) {
      if (context === null || context.canvas.height < count) {
        // A canvas that is read back again and again belongs in main memory.
        context = new OffscreenCanvas(width, count).getContext('2d', {
          willReadFrequently: true,
          colorSpace: 'srgb',
        });
      }
      if (context === null) {
        throw new CovisError(
          'photos',
          'out-of-memory',
          'There is no memory left to read the photo: close other tabs, or choose a smaller photo.',
        );
      }
      // "copy" replaces what the band before left behind where this one is transparent.
      context.globalCompositeOperation = 'copy';
      context.drawImage(bitmap, 0, start, width, count, 0, 0, width, count);
      return context.getImageData(0, 0, width, count).data;
    },
    close() {
      bitmap.close();
      context = null;
    },
  };
}

function createPreview(bitmap: ImageBitmap, longEdge: number): Promise<ImageBitmap> {
  const scale = longEdge / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return createImageBitmap(bitmap);
  return createImageBitmap(bitmap, {
    resizeWidth: Math.max(1, Math.round(bitmap.width * scale)),
    resizeHeight: Math.max(1, Math.round(bitmap.height * scale)),
    resizeQuality: 'high',
  });
}
