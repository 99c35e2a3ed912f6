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

/**
 * @param picture [height, width] in [0, 255]; changed in place
 * @param shown the pixels from the top left that the tiles divide and count; what lies beyond, the padding, is mapped
 *   by the outermost tiles
 */
export function equaliseContrast(
  { width, height, data }: GreyPicture,
  shown: Extent,
  { clipLimit, tiles }: Equalisation,
): void {
  const tile = tileSize(shown, tiles);
  const limit = Math.max(1, Math.floor((clipLimit * tile.width * tile.height) / LEVELS));
  // [tiles, tiles, 256 + 1]: the last level once more, so that 255 has a next one to interpolate with.
  const curves = new Float64Array(tiles * tiles * (LEVELS + 1));
  const columns = Int32Array.from({ length: tiles * tile.width }, (_, x) => mirrored(x, shown.width));
  const rows = Int32Array.from({ length: tiles * tile.height }, (_, y) => mirrored(y, shown.height) * width);
  const counts = new Int32Array(LEVELS);
  for (let ty = 0; ty < tiles; ty++) {
    for (let tx = 0; tx < tiles; tx++) {
      counts.fill(0);
      for (const row of rows.subarray(ty * tile.height, (ty + 1) * tile.height)) {
        for (const column of columns.subarray(tx * tile.width, (tx + 1) * tile.width)) {
          counts[Math.round(data[row + column]!)]!++;
        }
      }
      clip(counts, limit);
      const from = (ty * tiles + tx) * (LEVELS + 1);
      writeCurve(counts, curves.subarray(from, from + LEVELS + 1));
    }
  }

  const across = Array.from({ length: width }, (_, x) => neighbours(x, tile.width, tiles));
  for (let y = 0; y < height; y++) {
    const down = neighbours(y, tile.height, tiles);
    for (let x = 0; x < width; x++) {
      const beside = across[x]!;
      const value = data[y * width + x]!;
      const level = Math.floor(value);
      const above = value - level;
      const mapped = (ty: number, tx: number): number => {
        const at = (ty * tiles + tx) * (LEVELS + 1) + level;
        return curves[at]! + above * (curves[at + 1]! - curves[at]!);
      };
      const upper = mix(mapped(down.first, beside.first), mapped(down.first, beside.second), beside.share);
      const lower = mix(mapped(down.second, beside.first), mapped(down.second, beside.second), beside.share);
      data[y * width + x] = mix(upper, lower, down.share);
    }
  }
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

interface Neighbours {
  readonly first: number;
  readonly second: number;
  /** Of the second. */
  readonly share: number;
}

/** The tiles whose centres lie around a pixel along one axis; beyond the outermost centres there is only one. */
function neighbours(position: number, tileLength: number, tiles: number): Neighbours {
  const centred = position / tileLength - 0.5;
  const first = Math.floor(centred);
  const within = (tile: number): number => Math.min(Math.max(tile, 0), tiles - 1);
  return { first: within(first), second: within(first + 1), share: centred - first };
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a);
}
