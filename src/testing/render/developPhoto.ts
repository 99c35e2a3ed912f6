/**
 * From light on a sensor to the bytes of a photo: glare, lens softness, vignetting, white balance, noise of
 * the photons and of the read-out, a film-like tone curve (Narkowicz's fit of ACES) and the sRGB transfer.
 */
import { createRandom } from '../random.ts';
import { encodeSrgb, type Rgb } from './colour.ts';

export interface Development {
  /** Factor on the radiance. */
  readonly exposure: number;
  readonly whiteBalance: Rgb;
  /** Share of light lost in the corners. */
  readonly vignetting: number;
  /** Share of bright light spread over its surroundings. */
  readonly glare: number;
  /** Deviation of the noise at middle grey in a picture of full size. */
  readonly noise: number;
  readonly seed: number;
}

/** Separable blur of an RGB picture by a box of `radius`, three times: close to a Gaussian. */
function blurWide(pixels: Float32Array, width: number, height: number, radius: number): Float32Array {
  let from = pixels.slice();
  let to = new Float32Array(pixels.length);
  const pass = (lines: number, length: number, lineStride: number, stride: number) => {
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < 3; channel++) {
        const start = line * lineStride + channel;
        const at = (k: number) => from[start + Math.min(Math.max(k, 0), length - 1) * stride]!;
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += at(k);
        for (let k = 0; k < length; k++) {
          to[start + k * stride] = sum / (2 * radius + 1);
          sum += at(k + radius + 1) - at(k - radius);
        }
      }
    }
    [from, to] = [to, from];
  };
  for (let round = 0; round < 3; round++) {
    pass(height, width, 3 * width, 3);
    pass(width, height, 3, 3 * width);
  }
  return from;
}

/** Film and sensors answer less to colour than the tone curve, channel by channel, would have it. */
const saturation = 0.86;

/** A 3x3 binomial blur of strength `share`: no lens resolves single pixels. */
function soften(pixels: Float32Array, width: number, height: number, share: number): Float32Array {
  const side = share / 4;
  const middle = 1 - 2 * side;
  const pass = (from: Float32Array, stride: number, length: number, lineOf: (index: number) => number) => {
    const to = new Float32Array(from.length);
    for (let index = 0; index < from.length; index++) {
      const place = lineOf(index);
      const before = place > 0 ? from[index - stride]! : from[index]!;
      const after = place < length - 1 ? from[index + stride]! : from[index]!;
      to[index] = middle * from[index]! + side * (before + after);
    }
    return to;
  };
  const rows = pass(pixels, 3, width, (index) => Math.floor(index / 3) % width);
  return pass(rows, 3 * width, height, (index) => Math.floor(index / (3 * width)));
}

function toneCurve(light: number): number {
  const x = light * 0.72;
  return Math.min(Math.max((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0), 1);
}

/**
 * @param radiance linear RGB, three numbers a pixel
 * @param scale size of this picture relative to its full size: resizing averages noise away
 * @returns RGBA bytes, sRGB, opaque
 */
export function developPhoto(
  radiance: Float32Array,
  width: number,
  height: number,
  scale: number,
  development: Development,
): Uint8ClampedArray {
  const { exposure, whiteBalance, vignetting, glare, seed } = development;
  const soft = soften(radiance, width, height, 0.55);
  const spread = glare > 0 ? blurWide(radiance, width, height, Math.max(1, Math.round(width * 0.012))) : null;
  const random = createRandom(seed);
  const noise = development.noise * Math.min(scale, 1);
  const halfDiagonal = Math.hypot(width, height) / 2;
  const exposed = new Float64Array(3);
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const radius = Math.hypot(x - (width - 1) / 2, y - (height - 1) / 2) / halfDiagonal;
      const falloff = 1 - vignetting * radius ** 2 * (0.6 + 0.4 * radius ** 2);
      const at = y * width + x;
      for (let channel = 0; channel < 3; channel++) {
        const sharp = soft[3 * at + channel]!;
        const light = spread === null ? sharp : sharp * (1 - glare) + spread[3 * at + channel]! * glare;
        exposed[channel] = Math.max(light * exposure * whiteBalance[channel]! * falloff, 0);
      }
      const grey = 0.2126 * exposed[0]! + 0.7152 * exposed[1]! + 0.0722 * exposed[2]!;
      for (let channel = 0; channel < 3; channel++) {
        const value = grey + (exposed[channel]! - grey) * saturation;
        const grain = noise * (Math.sqrt(value * 0.18) + 0.06) * random.normal();
        rgba[4 * at + channel] = 255 * encodeSrgb(toneCurve(value + grain));
      }
      rgba[4 * at + 3] = 255;
    }
  }
  return rgba;
}
