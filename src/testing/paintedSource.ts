/** Photos that are painted pixel by pixel, without a file. */
import type { PixelSource } from '../photos/pixelSource.ts';

/** @param colourAt red, green and blue at a pixel, 0 to 255, rounded as bytes are */
export function paintedSource(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly [red: number, green: number, blue: number],
): PixelSource {
  return {
    width,
    height,
    async readRows(start, count) {
      const bytes = new Uint8ClampedArray(4 * width * count);
      for (let k = 0; k < width * count; k++) {
        bytes.set([...colourAt(k % width, start + Math.floor(k / width)), 255], 4 * k);
      }
      return bytes;
    },
    close() {},
  };
}
