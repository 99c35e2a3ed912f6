import { describe, expect, it } from 'vitest';
import type { PhotoIdentity } from '../pipeline/pairResult.ts';
import { comparePhotos } from './comparePhotos.ts';

const photo = (digit: string, width = 640, height = 480): PhotoIdentity => ({
  name: `${digit}.jpg`,
  width,
  height,
  sha256: digit.repeat(64),
});
const [a, b] = [photo('a'), photo('b', 800, 600)];

describe('comparePhotos', () => {
  it('knows the photos by their content, whatever their names', () => {
    expect(comparePhotos([a, b], [{ ...a, name: 'renamed.jpg' }, b])).toEqual({ verdict: 'same' });
  });

  it('takes the same photo twice for what it is', () => {
    expect(comparePhotos([a, a], [a, a])).toEqual({ verdict: 'same' });
  });

  it('sees that they changed places', () => {
    expect(comparePhotos([a, b], [b, a])).toEqual({
      verdict: 'swapped',
      message: 'The match file has these two photos the other way round: swap them.',
    });
  });

  it('lets another file of the same size pass, with a warning that names it', () => {
    expect(comparePhotos([a, b], [a, photo('c', 800, 600)])).toEqual({
      verdict: 'same-size',
      message:
        '“c.jpg” is not the file that the match file was made from, only one of the same size: check that the matches fit.',
    });
    expect(comparePhotos([a, b], [photo('c'), b])).toMatchObject({
      verdict: 'same-size',
      message: expect.stringContaining('“c.jpg” is not the file'),
    });
  });

  it('names the photo that is wrong and the one to open', () => {
    expect(comparePhotos([a, b], [a, photo('c', 801, 600)])).toEqual({
      verdict: 'different',
      message:
        'The match file was made from “b.jpg” (800 × 600), not “c.jpg” (801 × 600): open that photo to see its matches.',
    });
    // Turned by a quarter: the coordinates don't fit.
    expect(comparePhotos([a, b], [photo('c', 480, 640), b]).verdict).toBe('different');
  });
});
