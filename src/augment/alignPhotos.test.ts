import { describe, expect, it } from 'vitest';
import { alignPhotos, turnOfAlignment } from './alignPhotos.ts';

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
