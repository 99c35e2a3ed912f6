import { describe, expect, it } from 'vitest';
import { type Affine, applyAffine, type Points, resizeTransform } from '../geometry/coordinates.ts';
import { flowAt } from './flowAt.ts';
import type { PhotoWarp } from './pairDense.ts';

/** An affine warp sampled at the centres of cells of 2.5 photo pixels. */
function affineWarp(toOther: Affine<'photo', 'photo'>, width = 12, height = 8): PhotoWarp {
  const cellToPhoto = resizeTransform<'cell', 'photo'>(2.5);
  const cells = Array.from({ length: width * height }, (_, k) => [k % width, Math.floor(k / width)]);
  const centres = applyAffine(cellToPhoto, Float32Array.from(cells.flat()) as Points<'cell'>);
  return {
    width,
    height,
    cellToPhoto,
    warp: applyAffine(toOther, centres),
    certainty: Float32Array.from(cells, ([x]) => x! / width),
  };
}

describe('flowAt', () => {
  const warp = affineWarp([0.8, -0.3, 40, 0.25, 1.1, -7]);

  it('follows an affine warp exactly, on centres and between them', () => {
    for (const [x, y] of [
      [0.75, 0.75],
      [13.2, 9.9],
      [28.25, 18.25],
    ] as const) {
      const flow = flowAt(warp, [x, y]);
      expect(flow.x).toBeCloseTo(0.8 * x - 0.3 * y + 40, 4);
      expect(flow.y).toBeCloseTo(0.25 * x + 1.1 * y - 7, 4);
      expect(flow.certainty).toBeCloseTo((x + 0.5) / 2.5 / 12 - 0.5 / 12, 6);
    }
  });

  it('goes on as its edge beyond the outermost centres', () => {
    expect(flowAt(warp, [-0.5, 0.75])).toEqual(flowAt(warp, [0.75, 0.75]));
    expect(flowAt(warp, [500, 500])).toEqual(flowAt(warp, [28.25, 18.25]));
  });

  it('reads a grid of one cell', () => {
    const single = affineWarp([1, 0, 3, 0, 1, 4], 1, 1);
    expect(flowAt(single, [9, 9])).toEqual({ x: 3.75, y: 4.75, certainty: 0 });
  });
});
