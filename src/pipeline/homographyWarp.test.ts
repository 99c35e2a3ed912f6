import { describe, expect, it } from 'vitest';
import { applyAffine } from '../geometry/coordinates.ts';
import { mapPoint } from '../testing/homographyMatches.ts';
import { warpsByHomography } from './homographyWarp.ts';

const photos = [
  { width: 2048, height: 1000 },
  { width: 300, height: 200 },
] as const;
const matrix = [0.15, 0.02, 8, -0.01, 0.2, 3, 2e-5, 1e-5, 1];

describe('warpsByHomography', () => {
  it('sends the centre of every cell where the homography does, and back', () => {
    const [warp0, warp1] = warpsByHomography(matrix, photos);
    expect([warp0.width, warp0.height, warp1.width, warp1.height]).toEqual([1024, 500, 300, 200]);
    for (const [column, row] of [
      [0, 0],
      [511, 250],
      [900, 400],
    ] as const) {
      const cell = row * warp0.width + column;
      const [x, y] = applyAffine(warp0.cellToPhoto, new Float32Array([column, row]));
      const [u, v] = mapPoint(matrix, x!, y!);
      expect(warp0.warp[2 * cell]).toBeCloseTo(u, 3);
      expect(warp0.warp[2 * cell + 1]).toBeCloseTo(v, 3);
      expect(warp0.certainty[cell]).toBe(1);
    }
    const cell = 90 * warp1.width + 120;
    const [u, v] = mapPoint(matrix, warp1.warp[2 * cell]!, warp1.warp[2 * cell + 1]!);
    expect([u, v].map(Math.round)).toEqual([120, 90]);
    expect(Math.hypot(u - 120, v - 90)).toBeLessThan(1e-3);
  });

  it('is certain only where a point lands in the other photo, in front of the cameras', () => {
    const [shifted] = warpsByHomography([1, 0, 100, 0, 1, 0, 0, 0, 1], [photos[1], photos[1]]);
    const certain = (column: number) => shifted.certainty[50 * shifted.width + column];
    expect([certain(0), certain(199), certain(200), certain(299)]).toEqual([1, 1, 0, 0]);
    const [behind] = warpsByHomography([-1, 0, 0, 0, -1, 0, -0.01, 0, 0.5], [photos[1], photos[1]]);
    // At x = 150 the quotient lies within the photo; its depth is negative.
    expect(behind.certainty[50 * behind.width + 150]).toBe(0);
  });
});
