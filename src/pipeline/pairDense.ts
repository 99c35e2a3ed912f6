/**
 * The match of every point of two photos: kept as the matcher gave it, turned into photo pixels when somebody
 * draws or saves it.
 */
import {
  type Affine,
  applyAffine,
  composeAffine,
  type Points,
  resizeTransform,
} from '../geometry/coordinates.ts';
import type { DenseMatches } from '../matchers/matcher.ts';

export interface PairDense {
  /** In input pixels; its grids reach over the padding. */
  readonly matches: DenseMatches;
  readonly inputToPhoto: readonly [Affine<'input', 'photo'>, Affine<'input', 'photo'>];
  /** The parts of the inputs that show the photos, in input pixels, possibly fractional. */
  readonly content: readonly [Extent, Extent];
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** A grid over one photo with the matches of its cells in the other. */
export interface PhotoWarp {
  /** Cells a row, and rows; the padding is cut off. */
  readonly width: number;
  readonly height: number;
  /** Where the cells lie in their own photo. */
  readonly cellToPhoto: Affine<'cell', 'photo'>;
  /** [height, width, 2]: x and y in pixels of the other photo. */
  readonly warp: Points<'photo'>;
  /** [height, width] in [0, 1]; 0 where the match leaves the other photo. */
  readonly certainty: Float32Array;
}

/** @returns the warp over photo 0, then the one over photo 1 */
export function warpsInPhotos(dense: PairDense): readonly [PhotoWarp, PhotoWarp] {
  const { warp0, warp1, certainty0, certainty1 } = dense.matches;
  return [warpInPhoto(dense, 0, warp0, certainty0), warpInPhoto(dense, 1, warp1, certainty1)];
}

function warpInPhoto(
  { matches, inputToPhoto, content }: PairDense,
  side: 0 | 1,
  warp: Float32Array,
  certainty: Float32Array,
): PhotoWarp {
  // A cell belongs to the photo where its centre does.
  const cellsWithin = (length: number): number => Math.max(1, Math.ceil(length / matches.cellSize - 0.5));
  const width = Math.min(matches.width, cellsWithin(content[side].width));
  const height = Math.min(matches.height, cellsWithin(content[side].height));
  const kept = new Float32Array(2 * width * height) as Points<'input'>;
  const keptCertainty = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y * matches.width;
    kept.set(warp.subarray(2 * from, 2 * (from + width)), 2 * y * width);
    keptCertainty.set(certainty.subarray(from, from + width), y * width);
  }
  const other = side === 0 ? 1 : 0;
  return {
    width,
    height,
    cellToPhoto: composeAffine(resizeTransform<'cell', 'input'>(matches.cellSize), inputToPhoto[side]),
    warp: applyAffine(inputToPhoto[other], kept),
    certainty: keptCertainty,
  };
}
