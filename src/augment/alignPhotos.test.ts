import { describe, expect, it } from 'vitest';
import type { Points } from '../geometry/coordinates.ts';
import { applyHomography } from '../geometry/homography.ts';
import { alignPhotos, cropAlignment, rollPhoto } from './alignPhotos.ts';

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

describe('cropAlignment', () => {
  it('bounds what the second photo shows of a part of the first', () => {
    const alignment = alignPhotos([0.5, 0, 20, 0, 0.5, 10, 0, 0, 1], [0, 0], photos);
    const box = { left: 100, top: 60, width: 200, height: 120 };
    const cropped = cropAlignment(alignment, box, photo);
    expect(cropped.boxes).toEqual([box, { left: 69, top: 39, width: 102, height: 62 }]);
    expect(cropped.homography).toBe(alignment.homography);
    // All of it is what the alignment itself says.
    const slanting = alignPhotos(slanted, [200, 150], photos);
    expect(cropAlignment(slanting, { left: 0, top: 0, ...photo }, photo).boxes[1]).toEqual(slanting.boxes[1]);
  });

  it('says that there is too little to look at where the second photo does not show the part', () => {
    const alignment = alignPhotos([1, 0, -100, 0, 1, 0, 0, 0, 1], [200, 0], photos);
    for (const left of [10, 60]) {
      expect(() => cropAlignment(alignment, { left, top: 50, width: 60, height: 60 }, photo)).toThrow(
        expect.objectContaining({ code: 'aligned-region-too-small', stage: 'matching' }),
      );
    }
  });
});

describe('rollPhoto', () => {
  const onPhoto = (degrees: number, points: readonly number[]) => [
    ...applyHomography<'photo', 'photo'>(
      rollPhoto(photo, degrees).homography,
      Float32Array.from(points) as Points<'photo'>,
    ),
  ];

  it.each([
    [0, 400, 300, [0, 0]],
    [90, 300, 400, [0, 299]],
    [180, 400, 300, [399, 299]],
    [270, 300, 400, [399, 0]],
  ] as const)('is a quarter turn where it is one: %d degrees', (degrees, width, height, topLeft) => {
    const { boxes } = rollPhoto(photo, degrees);
    expect(boxes).toEqual([
      { left: 0, top: 0, width, height },
      { left: 0, top: 0, ...photo },
    ]);
    const [x, y] = onPhoto(degrees, [0, 0]);
    expect(x).toBeCloseTo(topLeft[0], 3);
    expect(y).toBeCloseTo(topLeft[1], 3);
  });

  it('keeps lengths, turns clockwise, and holds all of the photo', () => {
    const { boxes } = rollPhoto(photo, 45);
    const side = Math.ceil(700 * Math.SQRT1_2);
    expect(boxes[0]).toEqual({ left: 0, top: 0, width: side, height: side });
    const middle = (side - 1) / 2;
    // What points up on the photo points to the upper right on the canvas.
    const [x, y, u, v] = onPhoto(45, [middle, middle, middle + 30, middle - 30]);
    expect([x, y]).toEqual([199.5, 149.5]);
    expect(u).toBeCloseTo(199.5, 3);
    expect(v).toBeCloseTo(149.5 - 30 * Math.SQRT2, 3);
  });
});
