/**
 * The dense matches of several views as one: each point goes where the surest view sends it. Nothing is averaged, for a mean of
 * two places is a place that no network saw.
 */
import { applyAffine, invertAffine, liesWithin, type Points } from '../geometry/coordinates.ts';
import { applyHomography, depthUnder } from '../geometry/homography.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import { createFlowReader } from './flowAt.ts';
import { type PairDense, type PhotoWarp, warpsInPhotos } from './pairDense.ts';

/** What a view found, of the photos in the order of the pair. */
export interface ViewDense {
  readonly dense: PairDense;
  /**
   * 3x3, row-major, of positive depth in front of both cameras: from the second picture as it was shown, in the pixels that
   * `dense` takes for those of photo 1, to photo 1; null where photo 1 itself was shown.
   */
  readonly toPhoto1: Matrix3 | null;
}

type Side = 0 | 1;

/**
 * @param first has the grids and input pixels of the result, and the say where certainties are equal
 * @param others over any part of the photos, at any size, each read bilinearly between its cells
 */
export function mergeDense(first: PairDense, others: readonly ViewDense[]): PairDense {
  if (others.length === 0) return first;
  const views = others.map((view) => ({ ...view, warps: warpsInPhotos(view.dense) }));
  const [side0, side1] = warpsInPhotos(first).map((photoWarp, side) =>
    mergeSide(first, photoWarp, side as Side, views),
  ) as [MergedSide, MergedSide];
  return {
    ...first,
    matches: {
      ...first.matches,
      warp0: side0.warp,
      warp1: side1.warp,
      certainty0: side0.certainty,
      certainty1: side1.certainty,
    },
  };
}

interface MergedSide {
  readonly warp: Float32Array;
  readonly certainty: Float32Array;
}

interface WarpedView extends ViewDense {
  readonly warps: readonly [PhotoWarp, PhotoWarp];
}

function mergeSide(
  { matches, inputToPhoto, content }: PairDense,
  own: PhotoWarp,
  side: Side,
  views: readonly WarpedView[],
): MergedSide {
  const other = side === 0 ? 1 : 0;
  const warp = (side === 0 ? matches.warp0 : matches.warp1).slice();
  const certainty = (side === 0 ? matches.certainty0 : matches.certainty1).slice();
  const centres = applyAffine(own.cellToPhoto, cellsOf(own));
  for (const view of views) {
    const found = readAt(view, side, centres);
    const places = applyAffine(invertAffine(inputToPhoto[other]), found.places);
    for (let k = 0; k < found.certainty.length; k++) {
      // The grid of the input goes on over the padding.
      const cell = Math.floor(k / own.width) * matches.width + (k % own.width);
      if (!(found.certainty[k]! > certainty[cell]!) || !liesWithin(places, k, content[other])) continue;
      certainty[cell] = found.certainty[k]!;
      warp[2 * cell] = places[2 * k]!;
      warp[2 * cell + 1] = places[2 * k + 1]!;
    }
  }
  return { warp, certainty };
}

function cellsOf({ width, height }: PhotoWarp): Points<'cell'> {
  const cells = new Float32Array(2 * width * height) as Points<'cell'>;
  for (let k = 0; k < width * height; k++) {
    cells[2 * k] = k % width;
    cells[2 * k + 1] = Math.floor(k / width);
  }
  return cells;
}

/** Of a cell: for what lies on the outermost centres but for a rounding. */
const ROUNDING = 1e-3;

/** Where a view sends points of a photo, in pixels of the other; of certainty 0 beyond its outermost cells' centres. */
function readAt(
  { toPhoto1, warps }: WarpedView,
  side: Side,
  points: Points<'photo'>,
): { readonly places: Points<'photo'>; readonly certainty: Float32Array } {
  // What a picture was warped by has an inverse.
  const shown = side === 1 && toPhoto1 ? sendInFront(invert3(toPhoto1)!, points) : points;
  const { cellToPhoto, width, height } = warps[side];
  const cells = applyAffine(invertAffine(cellToPhoto), shown);
  const isBetween = (cell: number, count: number) => cell >= -ROUNDING && cell <= count - 1 + ROUNDING;
  const read = createFlowReader(warps[side]);
  const places = new Float32Array(points.length) as Points<'photo'>;
  const certainty = new Float32Array(points.length / 2);
  for (let k = 0; k < certainty.length; k++) {
    if (!isBetween(cells[2 * k]!, width) || !isBetween(cells[2 * k + 1]!, height)) continue;
    const flow = read(shown[2 * k]!, shown[2 * k + 1]!);
    places[2 * k] = flow.x;
    places[2 * k + 1] = flow.y;
    certainty[k] = flow.certainty;
  }
  return {
    places: side === 0 && toPhoto1 ? sendInFront(toPhoto1, places) : places,
    certainty,
  };
}

/** Not a number where a point would be sent from in front of a camera to behind the other. */
function sendInFront(matrix: Matrix3, points: Points<'photo'>): Points<'photo'> {
  const sent = applyHomography<'photo', 'photo'>(matrix, points);
  for (let k = 0; k < points.length; k += 2) {
    if (!(depthUnder(matrix, points[k]!, points[k + 1]!) > 0)) sent.fill(Number.NaN, k, k + 2);
  }
  return sent;
}
