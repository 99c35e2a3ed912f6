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
/** Of epipolar lines and other marks of the geometry: no colour of a match. */
export const RELATION_COLOUR: Rgb = [255, 122, 214];

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

/** Residuals of this many thresholds and more look alike, so that the threshold lies in the middle of the colours. */
export const RESIDUAL_SPAN = 2;

/** Matches that fit well take the colour of confident ones. */
export function residualColour(residualPx: number, thresholdPx: number): Rgb {
  return confidenceColour(1 - residualPx / (RESIDUAL_SPAN * thresholdPx));
}

export function cssColour([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** The colours of 0 to 1 from left to right, as a CSS gradient. */
export function colourGradient(colourOf: (share: number) => Rgb): string {
  const steps = 16;
  const colours = Array.from({ length: steps + 1 }, (_, k) => cssColour(colourOf(k / steps)));
  return `linear-gradient(to right, ${colours.join(', ')})`;
}

/** Red in the lowest byte, then green, then blue: RGBA bytes in little-endian order, alpha left 0. */
export function packRgb([red, green, blue]: Rgb): number {
  return red | (green << 8) | (blue << 16);
}

export function unpackRgb(packed: number): Rgb {
  return [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];
}

/** One packed colour a match, by confidence. */
export function packConfidenceColours(confidence: Float32Array): Uint32Array {
  return packShares(confidence, 1);
}

/** One packed colour a match, by residual in pixels; those that are not known, or infinite, take the last colour. */
export function packResidualColours(residualsPx: Float32Array, thresholdPx: number): Uint32Array {
  const span = RESIDUAL_SPAN * thresholdPx;
  return packShares(
    residualsPx.map((residual) => (residual < span ? span - residual : 0)),
    span,
  );
}

/** @param largest the value of the brightest colour */
function packShares(values: Float32Array, largest: number): Uint32Array {
  const steps = 255;
  const table = Uint32Array.from({ length: steps + 1 }, (_, k) => packRgb(confidenceColour(k / steps)));
  return Uint32Array.from(
    values,
    (value) => table[Math.round(Math.min(Math.max(value / largest, 0), 1) * steps)] ?? 0,
  );
}

/**
 * Of up to eight things that have no order: the colours of Okabe and Ito ("Color universal design", 2008), which stay
 * apart for every common colour vision, with white for their black; more things begin again.
 */
const CATEGORY_COLOURS: readonly Rgb[] = [
  '56b4e9',
  'e69f00',
  '009e73',
  'f0e442',
  'cc79a7',
  'd55e00',
  'ffffff',
  '0072b2',
].map(parseHex);

export function categoryColour(index: number): Rgb {
  return CATEGORY_COLOURS[index % CATEGORY_COLOURS.length]!;
}

/** One packed colour a match, by what it belongs to. */
export function packCategoryColours(categories: Uint8Array): Uint32Array {
  return Uint32Array.from(categories, (category) => packRgb(categoryColour(category)));
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
