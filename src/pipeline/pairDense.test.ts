import { describe, expect, it } from 'vitest';
import type { ViewId } from '../augment/views.ts';
import { applyAffine, liesWithin, type Points } from '../geometry/coordinates.ts';
import { sampleMatches } from '../matchers/dkm/sampleMatches.ts';
import type { DenseMatches, InputPicture, Matcher } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { planProgress } from '../reporting/progress.ts';
import { flowAt } from './flowAt.ts';
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

/** Says that all of picture 0 lies 10 input pixels to the right in picture 1, the surer the later it is asked. */
function shiftMatcher(): Matcher {
  const identity = identityMatcher([]);
  let asked = 0;
  return {
    ...identity,
    async match(picture0, picture1, context) {
      const { dense } = await identity.match(picture0, picture1, context);
      const sure = 0.5 + 0.1 * asked++;
      const shifted = (warp: Float32Array, by: number) =>
        warp.map((value, k) => (k % 2 ? value : value + by));
      const [warp0, warp1] = [shifted(dense!.warp0, 10), shifted(dense!.warp1, -10)];
      const certainty = (of: Float32Array, warp: Float32Array) =>
        of.map((value, k) => (value > 0 && liesWithin(warp, k, picture0.content!) ? sure : 0));
      const moved: DenseMatches = {
        ...dense!,
        warp0,
        warp1,
        certainty0: certainty(dense!.certainty0, warp0),
        certainty1: certainty(dense!.certainty1, warp1),
      };
      return { ...sampleMatches(moved, context.sampling!), dense: moved };
    },
  };
}

function match(
  sizes: readonly [readonly [number, number], readonly [number, number]],
  matcher: Matcher,
  views: readonly ViewId[] = settings.views,
) {
  return matchPair(
    createPairPhoto(blackSource(...sizes[0]), 'a'),
    createPairPhoto(blackSource(...sizes[1]), 'b'),
    matcher,
    { ...settings, views },
    {
      provider: 'cpu',
      weights: { id: 'w', sha256: '0' },
      signal: new AbortController().signal,
      progress: planProgress([['decode', 1]], () => {}),
    },
  );
}

async function run() {
  const seen: InputPicture[] = [];
  const matches = await match(
    [
      [400, 300],
      [800, 600],
    ],
    identityMatcher(seen),
  );
  return { matches, seen };
}

describe('matchPair with a dense matcher', () => {
  it('gives both pictures one canvas, twice, and keeps their aspect', async () => {
    const seen: InputPicture[] = [];
    await match(
      [
        [400, 300],
        [300, 400],
      ],
      identityMatcher(seen),
    );
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

describe('matchPair with several views of a dense matcher', () => {
  const sizes = [
    [160, 120],
    [160, 120],
  ] as const;

  it.each<[ViewId, number]>([
    // What lies to the right in a mirror lies to the left, and what the second photo has to the right the first has to the left.
    ['flip', -10],
    ['swap', -10],
    ['scale:320', 5],
  ])('sends each point where the surest view does: original and %s', async (view, shift) => {
    const middle = [80, 60] as const;
    const alone = warpsInPhotos((await match(sizes, shiftMatcher())).dense!);
    expect(flowAt(alone[0], middle).x).toBeCloseTo(90, 3);
    expect(flowAt(alone[0], middle).certainty).toBeCloseTo(0.5, 5);
    const matches = await match(sizes, shiftMatcher(), ['original', view]);
    expect(matches.viewReports.every(({ failure }) => failure === null)).toBe(true);
    for (const [side, photoWarp] of warpsInPhotos(matches.dense!).entries()) {
      const flow = flowAt(photoWarp, middle);
      expect(flow.x).toBeCloseTo(80 + (side === 0 ? shift : -shift), 2);
      expect(flow.y).toBeCloseTo(60, 3);
      expect(flow.certainty).toBeCloseTo(0.6, 5);
    }
  });

  it('has no dense matches without the original view', async () => {
    expect((await match(sizes, shiftMatcher(), ['flip'])).dense).toBeUndefined();
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
