/**
 * Colours of lines. Confidence uses viridis, by Stéfan van der Walt and Nathaniel Smith (published CC0 in
 * BIDS/colormap, option D): perceptually even, rising in lightness, readable with every common colour vision.
 * Its darkest fifth is left out, since those violets vanish on the shadows of a photo; the rest is spread
 * evenly over 0 to 1. Inliers and outliers take a blue and an orange in the spirit of Okabe and Ito, which stay
 * apart for every common colour vision, brightened for photos.
 */

export type Rgb = readonly [red: number, green: number, blue: number];

/** Every eighth entry of the published table of 256 (the last is entry 255). */
const VIRIDIS =
  '440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e 2c728e 297a8e 26828e ' +
  '23898e 21918c 1f978b 1f9f88 21a685 27ad81 31b57b 3dbc74 4cc26c 5cc863 6ece58 81d34d 95d840 aadc32 c0df25 ' +
  'd5e21a eae51a fde725';

const STOPS: readonly Rgb[] = VIRIDIS.split(' ').map(parseHex);

/** Position in the published map that confidence 0 takes. */
const DARKEST = 0.2;

export const INLIER_COLOUR: Rgb = [64, 196, 255];
export const OUTLIER_COLOUR: Rgb = [255, 112, 32];

/** @param confidence 0 to 1; what lies outside takes the colour of the nearer end */
export function confidenceColour(confidence: number): Rgb {
  const inRange = Math.min(Math.max(confidence, 0), 1);
  const position = (DARKEST + (1 - DARKEST) * inRange) * (STOPS.length - 1);
  const index = Math.min(Math.floor(position), STOPS.length - 2);
  const share = position - index;
  const [from, to] = [STOPS[index]!, STOPS[index + 1]!];
  return [
    Math.round(from[0] + (to[0] - from[0]) * share),
    Math.round(from[1] + (to[1] - from[1]) * share),
    Math.round(from[2] + (to[2] - from[2]) * share),
  ];
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** The legend's colours from confidence 0 to 1, as a CSS gradient. */
export function confidenceGradient(direction = 'to right'): string {
  const steps = 16;
  const colours = Array.from({ length: steps + 1 }, (_, k) => cssColour(confidenceColour(k / steps)));
  return `linear-gradient(${direction}, ${colours.join(', ')})`;
}

/** Red in the lowest byte, then green, then blue: RGBA bytes in little-endian order, alpha left 0. */
export function packRgb([red, green, blue]: Rgb): number {
  return red | (green << 8) | (blue << 16);
}

/** One packed colour a match, by confidence. */
export function packConfidenceColours(confidence: Float32Array): Uint32Array {
  const steps = 255;
  const table = Uint32Array.from({ length: steps + 1 }, (_, k) => packRgb(confidenceColour(k / steps)));
  return Uint32Array.from(
    confidence,
    (value) => table[Math.round(Math.min(Math.max(value, 0), 1) * steps)] ?? 0,
  );
}

/** One packed colour a match, by inlier; without geometry every match counts as an inlier. */
export function packInlierColours(count: number, inliers: Uint8Array | null): Uint32Array {
  const [inlier, outlier] = [packRgb(INLIER_COLOUR), packRgb(OUTLIER_COLOUR)];
  return Uint32Array.from({ length: count }, (_, k) =>
    inliers === null || inliers[k] === 1 ? inlier : outlier,
  );
}

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
