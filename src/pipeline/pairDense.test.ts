import { describe, expect, it } from 'vitest';
import { applyAffine, type Points } from '../geometry/coordinates.ts';
import { sampleMatches } from '../matchers/dkm/sampleMatches.ts';
import type { DenseMatches, InputPicture, Matcher } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { planProgress } from '../reporting/progress.ts';
import { drawAgain, matchPair } from './matchPair.ts';
import { warpsInPhotos } from './pairDense.ts';
import { createPairPhoto } from './pairPhoto.ts';

const settings = { matcher: 'dkm', longEdge: 160, views: ['original'], samples: 150 } as const;

function blackSource(width: number, height: number): PixelSource {
  return {
    width,
    height,
    readRows: async (_start, count) => new Uint8ClampedArray(4 * width * count).fill(255),
    close() {},
  };
}

/** Says that each point of either picture's content lies at the same place in the other's. */
function identityMatcher(seen: InputPicture[]): Matcher {
  return {
    requirements: {
      colour: 'rgb',
      multipleOf: 32,
      mean: [0, 0, 0],
      deviation: [1, 1, 1],
      sharedCanvas: { fineScale: 1.5 },
    },
    precision: 'fp32',
    async match(picture0, picture1, { sampling }) {
      seen.push(picture0, picture1);
      const { width, height } = picture0.fine!;
      const cellSize = 1 / 1.5;
      const warp = new Float32Array(2 * width * height);
      const certainty = new Float32Array(width * height);
      const content = picture0.content!;
      for (let k = 0; k < width * height; k++) {
        const [x, y] = [k % width, Math.floor(k / width)].map((cell) => (cell + 0.5) * cellSize - 0.5) as [
          number,
          number,
        ];
        warp.set([x, y], 2 * k);
        certainty[k] = x < content.width - 0.5 && y < content.height - 0.5 ? 0.8 : 0;
      }
      const dense: DenseMatches = {
        width,
        height,
        cellSize,
        warp0: warp,
        warp1: warp,
        certainty0: certainty,
        certainty1: certainty,
      };
      return { ...sampleMatches(dense, sampling!), dense };
    },
    release: async () => {},
  };
}

async function run() {
  const seen: InputPicture[] = [];
  const matches = await matchPair(
    createPairPhoto(blackSource(400, 300), 'a'),
    createPairPhoto(blackSource(800, 600), 'b'),
    identityMatcher(seen),
    settings,
    {
      provider: 'cpu',
      weights: { id: 'w', sha256: '0' },
      signal: new AbortController().signal,
      progress: planProgress([['decode', 1]], () => {}),
    },
  );
  return { matches, seen };
}

describe('matchPair with a dense matcher', () => {
  it('gives both pictures one canvas, twice, and keeps their aspect', async () => {
    const source0 = createPairPhoto(blackSource(400, 300), 'a');
    const source1 = createPairPhoto(blackSource(300, 400), 'b');
    const seen: InputPicture[] = [];
    await matchPair(source0, source1, identityMatcher(seen), settings, {
      provider: 'cpu',
      weights: { id: 'w', sha256: '0' },
      signal: new AbortController().signal,
      progress: planProgress([['decode', 1]], () => {}),
    });
    for (const picture of seen) {
      expect([picture.width, picture.height]).toEqual([160, 160]);
      expect([picture.fine!.width, picture.fine!.height]).toEqual([256, 256]);
    }
    expect(seen.map(({ content }) => content)).toEqual([
      { width: 160, height: 120 },
      { width: 120, height: 160 },
    ]);
  });

  it('draws as many as the settings say, in photo pixels, and again without a run', async () => {
    const { matches, seen } = await run();
    expect(matches.confidence).toHaveLength(150);
    for (let k = 0; k < matches.keypoints0.length; k++) {
      // Twice the photo: pixel centres at x lie at 2 x + 0.5.
      expect(matches.keypoints1[k]).toBeCloseTo(2 * matches.keypoints0[k]! + 0.5, 3);
    }
    const again = drawAgain(matches, 300);
    expect(again.confidence).toHaveLength(300);
    expect(again.settings.samples).toBe(300);
    expect(drawAgain(again, 150).keypoints0).toEqual(matches.keypoints0);
    expect(seen).toHaveLength(2);
  });
});

describe('warpsInPhotos', () => {
  it('cuts the padding off and speaks photo pixels', async () => {
    const { matches } = await run();
    const [warp0, warp1] = warpsInPhotos(matches.dense!);
    // 160 x 120 of content at 1.5: 240 x 180 cells of a 256 x 192 grid.
    expect([warp0.width, warp0.height]).toEqual([240, 180]);
    expect([warp1.width, warp1.height]).toEqual([240, 180]);
    expect(warp0.certainty.every((value) => value === Math.fround(0.8))).toBe(true);
    const cells = Float32Array.of(0, 0, 239, 179) as Points<'cell'>;
    const [x0, y0, x1, y1] = applyAffine(warp0.cellToPhoto, cells);
    // A cell is 400 / 240 photo pixels wide.
    expect(x0).toBeCloseTo(0.5 * (400 / 240) - 0.5, 4);
    expect(x1).toBeCloseTo(239.5 * (400 / 240) - 0.5, 3);
    const last = warp0.warp.subarray(-2);
    expect(last[0]).toBeCloseTo(2 * x1! + 0.5, 3);
    expect(last[1]).toBeCloseTo(2 * y1! + 0.5, 3);
    expect(warp0.warp[1]).toBeCloseTo(2 * y0! + 0.5, 3);
  });
});
