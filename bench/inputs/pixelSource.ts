import type { PixelSource } from '../../src/photos/pixelSource.ts';
import type { PictureSize } from './inputFiles.ts';

/** Pixels at hand as the pipeline reads photos. */
export function pixelSource({ width, height }: PictureSize, rgba: Uint8Array): PixelSource {
  return {
    width,
    height,
    readRows: async (start, count) => rgba.subarray(4 * width * start, 4 * width * (start + count)),
    close() {},
  };
}
