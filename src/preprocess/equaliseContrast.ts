/**
 * Contrast-limited adaptive histogram equalisation (Zuiderveld, "Contrast Limited Adaptive Histogram Equalization",
 * Graphics Gems IV, 1994): each tile of the picture gets the curve that spreads its own grey levels evenly, no curve
 * steeper than the clip limit allows, and a pixel is mapped by the curves of the four tiles around it.
 *
 * Tiles, clipping and interpolation are those of OpenCV's CLAHE, so that results compare; grey levels are not rounded,
 * for a network sees more than 256 of them. OpenCV itself would have the matching worker load 10 MB for one filter.
 */
import type { Extent } from './fitInput.ts';
import type { Equalisation } from './preprocessing.ts';

interface GreyPicture extends Extent {
  readonly data: Float32Array;
}

const LEVELS = 256;
/** The last level of a curve stands there twice, so that 255 has a next one to interpolate with. */
const CURVE = LEVELS + 1;

/**
 * @param picture [height, width] in [0, 255]; changed in place
 * @param shown the pixels from the top left that the tiles divide and count; what lies beyond, the padding, is mapped
 *   by the outermost tiles
 */
export function equaliseContrast(
  picture: GreyPicture,
  shown: Extent,
  { clipLimit, tiles }: Equalisation,
): void {
  const tile = tileSize(shown, tiles);
  mapPixels(picture, drawCurves(picture, shown, tile, tiles, clipLimit), tile, tiles);
}

/** @returns [tiles, tiles, CURVE]: what each grey level becomes at the centre of each tile */
function drawCurves(
  { width, data }: GreyPicture,
  shown: Extent,
  tile: Extent,
  tiles: number,
  clipLimit: number,
): Float64Array {
  const limit = Math.max(1, Math.floor((clipLimit * tile.width * tile.height) / LEVELS));
  const columns = Int32Array.from({ length: tiles * tile.width }, (_, x) => mirrored(x, shown.width));
  const rows = Int32Array.from({ length: tiles * tile.height }, (_, y) => mirrored(y, shown.height) * width);
  const curves = new Float64Array(tiles * tiles * CURVE);
  const counts = new Int32Array(LEVELS);
  for (let ty = 0; ty < tiles; ty++) {
    for (let tx = 0; tx < tiles; tx++) {
      counts.fill(0);
      for (let y = ty * tile.height; y < (ty + 1) * tile.height; y++) {
        const row = rows[y]!;
        for (let x = tx * tile.width; x < (tx + 1) * tile.width; x++) {
          counts[Math.round(data[row + columns[x]!]!)]!++;
        }
      }
      clip(counts, limit);
      const from = (ty * tiles + tx) * CURVE;
      writeCurve(counts, curves.subarray(from, from + CURVE));
    }
  }
  return curves;
}

function mapPixels(
  { width, height, data }: GreyPicture,
  curves: Float64Array,
  tile: Extent,
  tiles: number,
): void {
  const across = findNeighbours(width, tile.width, tiles);
  const down = findNeighbours(height, tile.height, tiles);
  for (let y = 0; y < height; y++) {
    const upper = down.first[y]! * tiles * CURVE;
    const lower = down.second[y]! * tiles * CURVE;
    const lowerShare = down.share[y]!;
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!;
      const level = Math.floor(value);
      const rest = value - level;
      const left = across.first[x]! * CURVE + level;
      const right = across.second[x]! * CURVE + level;
      const rightShare = across.share[x]!;
      data[y * width + x] = mix(
        mix(readCurve(curves, upper + left, rest), readCurve(curves, upper + right, rest), rightShare),
        mix(readCurve(curves, lower + left, rest), readCurve(curves, lower + right, rest), rightShare),
        lowerShare,
      );
    }
  }
}

/** Between two grey levels. */
function readCurve(curves: Float64Array, at: number, rest: number): number {
  return mix(curves[at]!, curves[at + 1]!, rest);
}

/** As OpenCV has it: where either side is no multiple, both grow to the next one, even the side that is one. */
function tileSize({ width, height }: Extent, tiles: number): Extent {
  const extra = width % tiles === 0 && height % tiles === 0 ? 0 : 1;
  return { width: Math.floor(width / tiles) + extra, height: Math.floor(height / tiles) + extra };
}

/** Tiles that reach beyond the picture see it mirrored about its outermost pixel. */
function mirrored(position: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = position % period;
  return within < length ? within : period - within;
}

/** Takes what exceeds the limit from each level and hands it out to all; in place. */
function clip(counts: Int32Array, limit: number): void {
  let excess = 0;
  for (const [level, count] of counts.entries()) {
    if (count <= limit) continue;
    excess += count - limit;
    counts[level] = limit;
  }
  const each = Math.floor(excess / LEVELS);
  let rest = excess - each * LEVELS;
  const step = Math.max(1, Math.floor(LEVELS / rest));
  for (let level = 0; level < LEVELS; level++) {
    counts[level]! += each;
    if (rest > 0 && level % step === 0) {
      counts[level]!++;
      rest--;
    }
  }
}

function writeCurve(counts: Int32Array, curve: Float64Array): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (const [level, count] of counts.entries()) {
    sum += count;
    curve[level] = (255 * sum) / total;
  }
  curve[LEVELS] = curve[LEVELS - 1]!;
}

/** For each pixel along one axis. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Of the second. */
  readonly share: Float64Array;
}

/** The tiles whose centres lie around each pixel along one axis; beyond the outermost centres there is only one. */
function findNeighbours(length: number, tileLength: number, tiles: number): Neighbours {
  const within = (tile: number): number => Math.min(Math.max(tile, 0), tiles - 1);
  const found = {
    first: new Int32Array(length),
    second: new Int32Array(length),
    share: new Float64Array(length),
  };
  for (let position = 0; position < length; position++) {
    const centred = position / tileLength - 0.5;
    const first = Math.floor(centred);
    found.first[position] = within(first);
    found.second[position] = within(first + 1);
    found.share[position] = centred - first;
  }
  return found;
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}
