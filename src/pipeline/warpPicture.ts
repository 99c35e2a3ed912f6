/** One photo as the other sees it: every cell of a warp takes the colour of its match, as opaque as it is certain. */
import type { PhotoWarp } from './pairDense.ts';

/** RGBA, row by row; it may be smaller than the photo it shows, with the same aspect. */
export interface PixelPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

/**
 * @param other shows the photo that the warp leads to
 * @param otherPhoto its size in photo pixels
 * @returns RGBA, one pixel a cell: bilinear between the pixels of `other`, constant beyond the outermost centres
 */
export function warpPicture(
  { width, height, warp, certainty }: PhotoWarp,
  other: PixelPicture,
  otherPhoto: Extent,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const { data } = other;
  const [scaleX, scaleY] = [other.width / otherPhoto.width, other.height / otherPhoto.height];
  const [lastX, lastY] = [other.width - 1, other.height - 1];
  for (let cell = 0; cell < width * height; cell++) {
    const certain = certainty[cell]!;
    if (!(certain > 0)) continue;
    const x = Math.min(Math.max((warp[2 * cell]! + 0.5) * scaleX - 0.5, 0), lastX);
    const y = Math.min(Math.max((warp[2 * cell + 1]! + 0.5) * scaleY - 0.5, 0), lastY);
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [shareX, shareY] = [x - left, y - top];
    const topLeft = 4 * (top * other.width + left);
    const right = left < lastX ? 4 : 0;
    const below = top < lastY ? 4 * other.width : 0;
    const at = 4 * cell;
    for (let channel = 0; channel < 3; channel++) {
      const from = topLeft + channel;
      const upper = data[from]! + shareX * (data[from + right]! - data[from]!);
      const lower = data[from + below]! + shareX * (data[from + below + right]! - data[from + below]!);
      pixels[at + channel] = upper + shareY * (lower - upper);
    }
    pixels[at + 3] = 255 * certain;
  }
  return pixels;
}
