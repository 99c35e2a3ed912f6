/** The pixels of the second photo where the first shows the same plane. */
import { type Affine, resizeTransform } from '../geometry/coordinates.ts';
import { derivativeUnder } from '../geometry/homography.ts';
import { type Matrix3, multiply3 } from '../geometry/matrix3.ts';
import type { Alignment } from './alignPhotos.ts';
import type { PixelRows } from './framing.ts';

/** The box of photo 0 with its pixels from photo 1. */
export interface AlignedPicture extends PixelRows {
  /** Its pixel centres to those of photo 1, 3x3 row-major. */
  readonly toPhoto1: Matrix3;
  /** Pixels of photo 1 along one of its own, in its middle. */
  readonly photo1PxPerPx: number;
}

/** A photo, or a part of it, that colours are taken from. */
export interface ColourSource {
  readonly width: number;
  readonly height: number;
  /** Planes of red, green and blue, from 0 to 255. */
  readonly data: Float32Array;
  /** Size of what shows the photo, in pixels, from the top left. */
  readonly content: { readonly width: number; readonly height: number };
  readonly photoToSource: Affine<'photo', 'input'>;
}

type Nine = [number, number, number, number, number, number, number, number, number];

/** Where the second photo shows nothing; no match is kept there. */
const NOTHING = 128;
/** Samples along a pixel: the source may be finer than the picture. */
const SAMPLES = 2;

/**
 * @param scale pixels of the picture a pixel of photo 0
 * @param source shows photo 1, or what the alignment takes of it, up to `SAMPLES` times as finely
 */
export function drawAligned(
  { boxes: [box], homography }: Alignment,
  scale: number,
  source: ColourSource,
): AlignedPicture {
  const [width, height] = [box.width, box.height].map((length) =>
    Math.max(1, Math.round(scale * length)),
  ) as [number, number];
  const [a, , c, , , f] = resizeTransform(1 / scale);
  const toPhoto1 = multiply3(homography, [a, 0, c + box.left, 0, a, f + box.top, 0, 0, 1]);
  const toSource = multiply3([...source.photoToSource, 0, 0, 1], toPhoto1);
  const [p, q, r, s] = derivativeUnder(toPhoto1, (width - 1) / 2, (height - 1) / 2);
  return {
    width,
    height,
    toPhoto1,
    photo1PxPerPx: Math.sqrt(Math.abs(p * s - q * r)),
    async readRows(start, count) {
      const pixels = new Uint8ClampedArray(4 * width * count);
      for (let row = 0; row < count; row++) {
        drawRow(pixels.subarray(4 * width * row, 4 * width * (row + 1)), start + row, toSource, source);
      }
      return pixels;
    },
  };
}

/** Numbers of their own instead of small lists: an inner loop that makes none is some ten times as fast. */
function drawRow(
  pixels: Uint8ClampedArray,
  row: number,
  toSource: readonly number[],
  { width, height, data, content }: ColourSource,
): void {
  const [a, b, c, d, e, f, g, h, i] = toSource as Nine;
  const [right, bottom] = [content.width - 0.5, content.height - 0.5];
  const plane = width * height;
  for (let at = 0; at < pixels.length; at += 4) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const x = at / 4 + ((sample % SAMPLES) + 0.5) / SAMPLES - 0.5;
      const y = row + (((sample / SAMPLES) | 0) + 0.5) / SAMPLES - 0.5;
      const depth = g * x + h * y + i;
      const u = (a * x + b * y + c) / depth;
      const v = (d * x + e * y + f) / depth;
      if (!(depth > 0 && u >= -0.5 && v >= -0.5 && u <= right && v <= bottom)) {
        red += NOTHING;
        green += NOTHING;
        blue += NOTHING;
        continue;
      }
      const inU = u < 0 ? 0 : u > width - 1 ? width - 1 : u;
      const inV = v < 0 ? 0 : v > height - 1 ? height - 1 : v;
      const left = inU | 0;
      const top = inV | 0;
      const shareU = inU - left;
      const shareV = inV - top;
      const first = top * width + left;
      const next = left < width - 1 ? 1 : 0;
      const below = top < height - 1 ? width : 0;
      red += mix(data, first, next, below, shareU, shareV);
      green += mix(data, first + plane, next, below, shareU, shareV);
      blue += mix(data, first + 2 * plane, next, below, shareU, shareV);
    }
    pixels[at] = red / SAMPLES ** 2;
    pixels[at + 1] = green / SAMPLES ** 2;
    pixels[at + 2] = blue / SAMPLES ** 2;
    pixels[at + 3] = 255;
  }
}

function mix(
  data: Float32Array,
  at: number,
  next: number,
  below: number,
  shareU: number,
  shareV: number,
): number {
  const upper = data[at]! + shareU * (data[at + next]! - data[at]!);
  const lower = data[at + below]! + shareU * (data[at + below + next]! - data[at + below]!);
  return upper + shareV * (lower - upper);
}
