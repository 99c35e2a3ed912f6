import { describe, expect, it } from 'vitest';
import { composeAffine, resizeTransform } from '../geometry/coordinates.ts';
import { confidenceColour, packRgb } from './colourMap.ts';
import { paintCertainty, placeGrid } from './gridPicture.ts';

const place = { x: 30, y: 50, width: 320, height: 240, scale: 0.5 };

describe('placeGrid', () => {
  it('covers the photo exactly where the cells do', () => {
    // 64 x 48 cells over 640 x 480 photo pixels.
    const box = placeGrid({ width: 64, height: 48 }, resizeTransform(10), place);
    expect(box).toEqual({ x: 30, y: 50, width: 320, height: 240 });
  });

  it('puts the centre of each cell where its photo point lies', () => {
    const cellToPhoto = composeAffine(
      resizeTransform<'cell', 'input'>(0.625),
      resizeTransform<'input', 'photo'>(1.7),
    );
    const grid = { width: 41, height: 23 };
    const box = placeGrid(grid, cellToPhoto, place);
    for (const [column, row] of [
      [0, 0],
      [17, 9],
      [40, 22],
    ] as const) {
      const [photoX, photoY] = [
        cellToPhoto[0] * column + cellToPhoto[2],
        cellToPhoto[4] * row + cellToPhoto[5],
      ];
      // As placeMatches puts points: photo (x, y) lies at origin + (x + 0.5, y + 0.5) * scale.
      expect(box.x + ((column + 0.5) / grid.width) * box.width).toBeCloseTo(30 + (photoX + 0.5) * 0.5, 10);
      expect(box.y + ((row + 0.5) / grid.height) * box.height).toBeCloseTo(50 + (photoY + 0.5) * 0.5, 10);
    }
  });
});

describe('paintCertainty', () => {
  it('takes the colours of confidence, opaque', () => {
    const bytes = new Uint8Array(paintCertainty(Float32Array.of(0, 0.5, 1)).buffer);
    const low = confidenceColour(0);
    const high = confidenceColour(1);
    expect([...bytes.subarray(0, 4)]).toEqual([...low, 255]);
    expect([...bytes.subarray(8)]).toEqual([...high, 255]);
    expect(packRgb(confidenceColour(128 / 255))).toBe(bytes[4]! | (bytes[5]! << 8) | (bytes[6]! << 16));
  });
});
