import { describe, expect, it } from 'vitest';
import { type Affine, type Points, resizeTransform } from '../geometry/coordinates.ts';
import { applyHomography } from '../geometry/homography.ts';
import type { Matrix3 } from '../geometry/matrix3.ts';
import { alignPhotos, drawAligned, turnOfAlignment } from './alignPhotos.ts';

const photo = { width: 400, height: 300 };
const photos = [photo, photo] as const;
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const slanted = [0.9, 0.15, 20, -0.1, 1.05, -12, 4e-4, -2e-4, 1];

describe('alignPhotos', () => {
  it('bounds what each photo shows of the other', () => {
    const moved = alignPhotos([1, 0, 100, 0, 1, -50, 0, 0, 1], [0, 60], photos);
    expect(moved.boxes).toEqual([
      { left: 0, top: 49, width: 301, height: 251 },
      { left: 99, top: 0, width: 301, height: 251 },
    ]);
    expect(alignPhotos(identity, [0, 0], photos).boxes).toEqual([
      { left: 0, top: 0, ...photo },
      { left: 0, top: 0, ...photo },
    ]);
    const halved = alignPhotos([0.5, 0, 0, 0, 0.5, 0, 0, 0, 1], [0, 0], photos);
    expect(halved.boxes[0]).toEqual({ left: 0, top: 0, ...photo });
    expect(halved.boxes[1]).toEqual({ left: 0, top: 0, width: 201, height: 151 });
  });

  it('does not depend on scale and sign of the homography', () => {
    const expected = alignPhotos(slanted, [200, 150], photos);
    for (const factor of [-1, 3, -0.01]) {
      const { boxes, homography } = alignPhotos(
        slanted.map((entry) => factor * entry),
        [200, 150],
        photos,
      );
      expect(boxes).toEqual(expected.boxes);
      expect(homography[8]).toBeCloseTo(Math.abs(factor), 12);
    }
  });

  it('takes all of a photo that the horizon of the plane crosses', () => {
    // Photo 0 is sent to infinity along x = 250, so that only its left part is in front of the other camera.
    const crossed = alignPhotos([1, 0, 0, 0, 1, 0, -1 / 250, 0, 1], [50, 150], photos);
    expect(crossed.boxes[1]).toEqual({ left: 0, top: 0, ...photo });
  });

  it.each([
    ['they touch', [1, 0, 385, 0, 1, 0, 0, 0, 1]],
    ['they lie apart', [1, 0, 1000, 0, 1, 0, 0, 0, 1]],
    ['one is a spot of the other', [0.05, 0, 100, 0, 0.05, 100, 0, 0, 1]],
    ['the homography is singular', [1, 1, 0, 1, 1, 0, 0, 0, 1]],
  ])('says that there is too little to look at where %s', (_, homography) => {
    expect(() => alignPhotos(homography, [0, 0], photos)).toThrow(
      expect.objectContaining({ code: 'aligned-region-too-small', stage: 'matching' }),
    );
  });
});

it.each([0, 1, 2, 3])('reads the nearest quarter turn off a homography: %i', (turns) => {
  for (const extra of [-0.6, 0, 0.6]) {
    // Photo 1 shows what photo 0 does, turned counterclockwise about the middle.
    const angle = (-turns * Math.PI) / 2 + extra;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    const [x, y] = [199.5, 149.5];
    const turned = [
      cosine,
      -sine,
      x - cosine * x + sine * y,
      sine,
      cosine,
      y - sine * x - cosine * y,
      0,
      0,
      1,
    ];
    expect(turnOfAlignment(alignPhotos(turned, [x, y], photos))).toBe(turns);
  }
});

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
