import { describe, expect, it } from 'vitest';
import { type Affine, type Points, resizeTransform } from '../geometry/coordinates.ts';
import { applyHomography } from '../geometry/homography.ts';
import type { Matrix3 } from '../geometry/matrix3.ts';
import { alignPhotos } from './alignPhotos.ts';
import { drawAligned } from './drawAligned.ts';

const photo = { width: 400, height: 300 };
const photos = [photo, photo] as const;
const slanted = [0.9, 0.15, 20, -0.1, 1.05, -12, 4e-4, -2e-4, 1];

describe('drawAligned', () => {
  /** Colours that grow along x and y of photo 1, at a half of its pixels. */
  const halved = {
    width: 200,
    height: 150,
    content: { width: 200, height: 150 },
    data: Float32Array.from({ length: 3 * 200 * 150 }, (_, k) => {
      const [x, y] = [k % 200, Math.floor((k % 30_000) / 200)];
      return k < 30_000 ? x : k < 60_000 ? y : 40;
    }),
    photoToSource: resizeTransform(0.5) as Affine<'photo', 'input'>,
  };

  it.each([1, 0.5, 0.3])('shows at every pixel what photo 1 has there, at a scale of %d', async (scale) => {
    const alignment = alignPhotos(slanted, [200, 150], photos);
    const picture = drawAligned(alignment, scale, halved);
    const pixels = await picture.readRows(0, picture.height);
    const { left, top } = alignment.boxes[0];
    let [compared, furthest, worst] = [0, 0, 0];
    for (let y = 2; y < picture.height - 2; y++) {
      for (let x = 2; x < picture.width - 2; x++) {
        const in0 = [x, y].map((place, axis) => (place + 0.5) / scale - 0.5 + [left, top][axis]!);
        const [u, v] = sent(slanted, in0[0]!, in0[1]!);
        const own = sent(picture.toPhoto1, x, y);
        furthest = Math.max(furthest, Math.hypot(own[0] - u, own[1] - v));
        if (!(u > 8 && v > 8 && u < 391 && v < 291)) continue;
        const expected = [(u + 0.5) / 2 - 0.5, (v + 0.5) / 2 - 0.5, 40];
        for (const [channel, value] of expected.entries()) {
          worst = Math.max(worst, Math.abs(pixels[4 * (y * picture.width + x) + channel]! - value));
        }
        compared++;
      }
    }
    expect(furthest).toBeLessThan(1e-3);
    // Bytes are whole, and a pixel is the mean of its samples.
    expect(worst).toBeLessThan(0.55);
    expect(compared).toBeGreaterThan(0.5 * picture.width * picture.height);
  });

  it('is grey where photo 1 shows nothing, and the same by rows as at once', async () => {
    const picture = drawAligned(alignPhotos(slanted, [200, 150], photos), 1, halved);
    const all = await picture.readRows(0, picture.height);
    const some = await picture.readRows(100, 3);
    expect(some).toEqual(all.slice(4 * 100 * picture.width, 4 * 103 * picture.width));
    // Of the bounds of a slanted photo, some corner lies beyond it.
    const corners = [
      [0, 0],
      [picture.width - 1, 0],
      [0, picture.height - 1],
      [picture.width - 1, picture.height - 1],
    ] as const;
    const beyond = corners.filter(([x, y]) => {
      const [u, v] = sent(picture.toPhoto1, x, y);
      return Math.min(u, v, photo.width - u, photo.height - v) < -2;
    });
    expect(beyond.length).toBeGreaterThan(0);
    for (const [x, y] of beyond) {
      const at = 4 * (y * picture.width + x);
      expect([...all.slice(at, at + 4)]).toEqual([128, 128, 128, 255]);
    }
  });

  it('knows how finely it shows photo 1', () => {
    const closer = drawAligned(alignPhotos([0.5, 0, 50, 0, 0.5, 50, 0, 0, 1], [0, 0], photos), 0.5, halved);
    expect(closer.photo1PxPerPx).toBeCloseTo(1, 9);
  });
});

function sent(matrix: Matrix3, x: number, y: number): readonly [number, number] {
  const [u, v] = applyHomography(matrix, Float32Array.from([x, y]) as Points<'photo'>);
  return [u!, v!];
}
