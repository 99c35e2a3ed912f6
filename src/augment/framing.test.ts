import { describe, expect, it } from 'vitest';
import { applyAffine, type Points } from '../geometry/coordinates.ts';
import { type Framing, framedExtent, framedToPhoto, framePixels, upright } from './framing.ts';

/** A photo whose pixels say where they are: red is x, green is y. */
function locatedPhoto(width: number, height: number) {
  return {
    width,
    height,
    async readRows(start: number, count: number) {
      // One byte in front, so that the pixels do not start at a word.
      const bytes = new Uint8Array(1 + 4 * width * count);
      for (let y = 0; y < count; y++) {
        for (let x = 0; x < width; x++) bytes.set([x, start + y, 7, 255], 1 + 4 * (y * width + x));
      }
      return bytes.subarray(1);
    },
  };
}

const photo = locatedPhoto(11, 7);
const box = { left: 2, top: 1, width: 6, height: 5 };
const framings: Framing[] = [false, true].flatMap((mirrored) =>
  ([0, 1, 2, 3] as const).flatMap((quarterTurns) => [
    { box: null, mirrored, quarterTurns },
    { box, mirrored, quarterTurns },
  ]),
);

describe('framePixels', () => {
  it.each(framings)('shows each pixel where the transform says: %j', async (framing) => {
    const framed = framePixels(photo, framing);
    const toPhoto = framedToPhoto(photo, framing);
    const { width, height } = framedExtent(photo, framing);
    expect([framed.width, framed.height]).toEqual([width, height]);
    const seen = new Set<string>();
    // In two bands, the second of which starts in the middle.
    for (const [start, count] of [
      [0, 2],
      [2, height - 2],
    ] as const) {
      const bytes = await framed.readRows(start, count);
      expect(bytes).toHaveLength(4 * width * count);
      for (let v = 0; v < count; v++) {
        for (let u = 0; u < width; u++) {
          const at = 4 * (v * width + u);
          const point = applyAffine(toPhoto, Float32Array.of(u, start + v) as Points<'framed'>);
          expect([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]).toEqual([...point, 7, 255]);
          seen.add(point.join());
        }
      }
    }
    const { box: cut } = framing;
    expect(seen.size).toBe(cut ? cut.width * cut.height : 77);
    if (cut) expect(seen.has('2,1') && seen.has('7,5')).toBe(true);
  });

  it('turns clockwise: the top left goes to the top right', () => {
    const turned = framedToPhoto(photo, { ...upright, quarterTurns: 1 });
    expect([...applyAffine(turned, Float32Array.of(6, 0) as Points<'framed'>)]).toEqual([0, 0]);
    expect([...applyAffine(turned, Float32Array.of(0, 0) as Points<'framed'>)]).toEqual([0, 6]);
  });

  it('mirrors left to right before it turns', () => {
    const mirrored = framedToPhoto(photo, { ...upright, mirrored: true });
    expect([...applyAffine(mirrored, Float32Array.of(0, 3) as Points<'framed'>)]).toEqual([10, 3]);
  });

  it('hands an upright photo on as it is', () => {
    expect(framePixels(photo, upright)).toBe(photo);
  });
});
