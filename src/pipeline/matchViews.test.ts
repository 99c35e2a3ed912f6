import { describe, expect, it } from 'vitest';
import {
  type Affine,
  applyAffine,
  composeAffine,
  invertAffine,
  type Points,
} from '../geometry/coordinates.ts';
import type { InputMatches, InputPicture, Matcher, MatchingContext } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type Progress, planProgress } from '../reporting/progress.ts';
import { paintedSource } from '../testing/paintedSource.ts';
import { createRandom } from '../testing/random.ts';
import { matchPair } from './matchPair.ts';
import type { MatchSettings, ViewId } from './pairMatches.ts';
import { createPairPhoto } from './pairPhoto.ts';

/** A photo that says where each of its pixels is: red grows along x, green along y. */
function locatedSource(width: number, height: number): PixelSource & { reads: number } {
  return {
    width,
    height,
    reads: 0,
    async readRows(start, count) {
      this.reads++;
      const bytes = new Uint8ClampedArray(4 * width * count);
      for (let k = 0; k < width * count; k++) {
        bytes[4 * k] = k % width;
        bytes[4 * k + 1] = start + Math.floor(k / width);
        bytes[4 * k + 3] = 255;
      }
      return bytes;
    },
    close() {},
  };
}

/** Where the pixels of an input come from, read off its colours away from the edges, in photo pixels. */
function locate(picture: InputPicture): Affine<'input', 'photo'> {
  const { width, height, data, content } = picture;
  const at = (x: number, y: number) => [data[y * width + x]!, data[(height + y) * width + x]!] as const;
  const [x, y] = [content!.width, content!.height].map((length) => Math.floor(length / 2)) as [
    number,
    number,
  ];
  const [stepX, stepY] = [Math.floor(x / 2), Math.floor(y / 2)];
  const [here, right, below] = [at(x, y), at(x + stepX, y), at(x, y + stepY)];
  const [a, d] = [0, 1].map((axis) => (right[axis]! - here[axis]!) / stepX) as [number, number];
  const [b, e] = [0, 1].map((axis) => (below[axis]! - here[axis]!) / stepY) as [number, number];
  return [a, b, here[0] - a * x - b * y, d, e, here[1] - d * x - e * y];
}

/** Matches points with those of the same colour: two photos of the same thing, in the same place. */
function matchByColour([picture0, picture1]: readonly [InputPicture, InputPicture]): InputMatches {
  const from0 = locate(picture0);
  const from1 = locate(picture1);
  const points: number[] = [];
  for (let y = 4.5; y < picture0.content!.height; y += 5) {
    for (let x = 4.5; x < picture0.content!.width; x += 5) points.push(x, y);
  }
  const keypoints0 = Float32Array.from(points) as Points<'input'>;
  const keypoints1 = applyAffine(invertAffine(from1), applyAffine(from0, keypoints0));
  return { keypoints0, keypoints1, confidence: new Float32Array(points.length / 2).fill(0.5) };
}

type Match = (pictures: readonly [InputPicture, InputPicture], context: MatchingContext) => InputMatches;

function matcherOf(match: Match): Matcher {
  return {
    requirements: { colour: 'rgb', multipleOf: 8, mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] },
    precision: 'fp32',
    async match(picture0, picture1, context) {
      context.report('coarse', 1);
      const found = match([picture0, picture1], context);
      context.report('fine', 1);
      return found;
    },
    release: async () => {},
  };
}

const settings: MatchSettings = { matcher: 'loftr', longEdge: 160, views: ['original'] };

interface Run {
  readonly match?: Match;
  readonly sources?: readonly [PixelSource, PixelSource];
  readonly report?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly samples?: number;
}

function run(
  views: readonly ViewId[],
  { match = matchByColour, sources, report, signal, samples }: Run = {},
) {
  const [source0, source1] = sources ?? [locatedSource(200, 150), locatedSource(200, 150)];
  const progress = planProgress(
    [
      ['download', 1],
      ['decode', 1],
      ['coarse', 2],
      ['fine', 1],
    ],
    report ?? (() => {}),
  );
  return matchPair(
    createPairPhoto(source0, 'a'),
    createPairPhoto(source1, 'b'),
    matcherOf(match),
    { ...settings, views, ...(samples !== undefined && { samples }) },
    {
      provider: 'cpu',
      weights: { id: 'w', sha256: '0' },
      signal: signal ?? new AbortController().signal,
      progress,
    },
  );
}

const failing = new CovisError('matching', 'too-hard', 'This view is too hard: leave it out.');

describe('every view', () => {
  it.each([
    'original',
    'swap',
    'flip',
    'turn-90',
    'turn-180',
    'turn-270',
    'turn-automatic',
    'scale:96',
    'scale:320',
  ] as const)('is undone exactly: %s', async (view) => {
    const { keypoints0, keypoints1, confidence } = await run([view]);
    expect(confidence.length).toBeGreaterThan(100);
    let worst = 0;
    for (let k = 0; k < keypoints0.length; k++)
      worst = Math.max(worst, Math.abs(keypoints0[k]! - keypoints1[k]!));
    expect(worst).toBeLessThan(0.01);
  });

  it.each([
    ['flip', [199, 0]],
    ['swap', [0, 0]],
  ] as const)('takes half-pixel centres through the resize: %s', async (view, [x, y]) => {
    // The top left of an input of 160 x 120 lies at (0.125, 0.125) of a photo of 200 x 150.
    const match: Match = () => ({
      keypoints0: new Float32Array([0, 0]),
      keypoints1: new Float32Array([0, 0]),
      confidence: new Float32Array([1]),
    });
    const { keypoints0, keypoints1 } = await run([view], { match });
    expect([...keypoints0]).toEqual([Math.abs(x - 0.125), y + 0.125]);
    expect(keypoints1).toEqual(keypoints0);
  });

  it('takes the keypoints of swapped photos to their own photos', async () => {
    const match: Match = ([first]) => ({
      keypoints0: new Float32Array([0, 0]),
      keypoints1: new Float32Array([10, 20]),
      confidence: new Float32Array([first.width === 160 ? 0.25 : 0.75]),
    });
    // Doubled at most: the second photo becomes 120 x 60.
    const sources = [locatedSource(320, 160), locatedSource(60, 30)] as const;
    const { keypoints0, keypoints1, confidence, inputSize } = await run(['swap'], { match, sources });
    expect([...confidence]).toEqual([0.75]);
    expect([...keypoints0]).toEqual([20.5, 40.5]);
    expect([...keypoints1]).toEqual([-0.25, -0.25]);
    expect(inputSize).toEqual([
      [160, 80],
      [120, 64],
    ]);
  });
});

describe('turn-automatic', () => {
  /** How far the second input is turned clockwise against the first, in quarters. */
  function turnBetween([picture0, picture1]: readonly [InputPicture, InputPicture]): number {
    const [a, , , d] = composeAffine(locate(picture0), invertAffine(locate(picture1)));
    return ((Math.round(Math.atan2(d, a) / (Math.PI / 2)) % 4) + 4) % 4;
  }

  /** Sure of itself only where the second photo stands as wanted, relative to the first. */
  const standing =
    (wanted: number): Match =>
    (pictures) => {
      const found = matchByColour(pictures);
      const confidence = turnBetween(pictures) === wanted ? 0.9 : 0.1;
      return { ...found, confidence: found.confidence.map(() => confidence) };
    };

  it.each([0, 1, 2, 3])('matches the turn that a small look finds best: %i', async (wanted) => {
    const alone = await run(['turn-automatic'], { match: standing(wanted) });
    expect(alone.confidence[0]).toBeCloseTo(0.9, 6);
    const { viewReports } = await run(['original', 'turn-automatic'], { match: standing(wanted) });
    expect(viewReports[1]!.failure?.code).toBe(wanted === 0 ? 'upright-is-best' : undefined);
    expect(viewReports[1]!.found > 0).toBe(wanted !== 0);
  });

  it.each([1, 2, 3])('is kept by the views after it that have no turn of their own: %i', async (wanted) => {
    const turns: number[] = [];
    const match: Match = (pictures, context) => {
      turns.push(turnBetween(pictures));
      return standing(wanted)(pictures, context);
    };
    const { keypoints0, keypoints1, viewReports } = await run(
      ['original', 'turn-automatic', 'flip', 'swap', 'turn-180', 'shared-region'],
      { match },
    );
    expect(viewReports.map(({ failure }) => failure)).toEqual(Array.from({ length: 6 }, () => null));
    // The original, four looks, the best of them; seen in a mirror or from the other photo the turn goes the other way.
    const back = (4 - wanted) % 4;
    expect(turns).toEqual([0, 0, 1, 2, 3, wanted, back, back, 2, wanted]);
    for (let k = 0; k < keypoints0.length; k++) {
      expect(Math.abs(keypoints0[k]! - keypoints1[k]!)).toBeLessThan(0.01);
    }
  });
});

describe('aligned', () => {
  /** Shows the located photo of 200 x 150 as an affine camera sees it, in a photo of its own. */
  function seenBy(view: Affine<'photo', 'photo'>, width: number, height: number): PixelSource {
    const [a, b, c, d, e, f] = invertAffine(view);
    return paintedSource(width, height, (x, y) => [a * x + b * y + c, d * x + e * y + f, 0]);
  }

  function turnedBy(degrees: number, scale: number): Affine<'photo', 'photo'> {
    const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)].map(
      (value) => scale * value,
    ) as [number, number];
    // The middle of photo 0 stays in the middle of a photo of 260 x 240.
    const [x, y] = [99.5, 74.5];
    return [cosine, -sine, 129.5 - cosine * x + sine * y, sine, cosine, 119.5 - sine * x - cosine * y];
  }

  /**
   * Of each match that a view brought: the distance from where the camera sees it.
   *
   * @param index of the view
   */
  function errorsOf(
    index: number,
    { keypoints0, keypoints1, view }: Awaited<ReturnType<typeof run>>,
    toPhoto1: Affine<'photo', 'photo'>,
  ): number[] {
    const expected = applyAffine(toPhoto1, keypoints0);
    return Array.from(view.keys())
      .filter((k) => view[k] === index)
      .map((k) =>
        Math.hypot(keypoints1[2 * k]! - expected[2 * k]!, keypoints1[2 * k + 1]! - expected[2 * k + 1]!),
      );
  }

  it.each([
    [30, 1],
    [-75, 1],
    [20, 0.7],
    [10, 1.5],
    [130, 0.9],
  ])(
    'shows the second photo as the first lies: turned by %d degrees, %d times as large',
    async (degrees, scale) => {
      const toPhoto1 = turnedBy(degrees, scale);
      const between: (readonly number[])[] = [];
      const match: Match = (pictures) => {
        between.push(composeAffine(locate(pictures[0]), invertAffine(locate(pictures[1]))));
        return matchByColour(pictures);
      };
      const sources = [locatedSource(200, 150), seenBy(toPhoto1, 260, 240)] as const;
      const found = await run(['original', 'aligned'], { match, sources });
      expect(found.viewReports.map(({ failure }) => failure)).toEqual([null, null]);
      const [a, b, , d, e] = between[1]!;
      // Bytes are whole: over 40 pixels a step may be off by one in either photo.
      for (const [entry, expected] of [
        [a, 1],
        [b, 0],
        [d, 0],
        [e, 1],
      ] as const) {
        expect(Math.abs(entry! - expected)).toBeLessThan(0.08);
      }
      const errors = errorsOf(1, found, toPhoto1);
      expect(errors.length).toBeGreaterThan(100);
      // Bytes that are off by a half at either end of 40 pixels are off by more than one some 50 pixels away, in each photo.
      expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(2.5 * scale);
    },
  );

  it.each(['swap', 'flip', 'scale:240', 'shared-region'] as const)(
    'lays the photos on one another for the views after it: %s',
    async (after) => {
      const toPhoto1 = turnedBy(40, 1.5);
      const scales: number[] = [];
      const turns: number[] = [];
      const match: Match = (pictures) => {
        const [a, b, , d, e] = composeAffine(invertAffine(locate(pictures[1])), locate(pictures[0]));
        scales.push(Math.sqrt(a * e - b * d));
        turns.push((Math.atan2(d, a) * 180) / Math.PI);
        const found = matchByColour(pictures);
        // What a later look finds again counts as its own.
        return { ...found, confidence: found.confidence.map(() => 0.2 * turns.length) };
      };
      const sources = [locatedSource(200, 150), seenBy(toPhoto1, 260, 240)] as const;
      const found = await run(['original', 'aligned', after], { match, sources });
      expect(found.viewReports.map(({ failure }) => failure)).toEqual([null, null, null]);
      expect(Math.abs(turns[0]!)).toBeGreaterThan(35);
      for (const look of [1, 2]) {
        expect(scales[look]).toBeCloseTo(1, 1);
        expect(Math.abs(turns[look]!)).toBeLessThan(5);
      }
      const errors = errorsOf(2, found, toPhoto1);
      expect(errors.length).toBeGreaterThan(50);
      expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(3.75);
    },
  );

  it('keeps no match beyond the edge of the second photo', async () => {
    // Turned by 45 degrees, whose bounds have corners that the photo does not reach.
    const sources = [locatedSource(200, 150), seenBy(turnedBy(45, 1), 160, 150)] as const;
    const found: number[] = [];
    // The second look takes the same place of two pictures to show the same, whatever they show.
    const match: Match = (pictures) => {
      const seen = matchByColour(pictures);
      found.push(seen.confidence.length);
      return found.length === 1 ? seen : { ...seen, keypoints1: seen.keypoints0 };
    };
    const { keypoints1, view, viewReports } = await run(['original', 'aligned'], { match, sources });
    expect(viewReports[1]!.failure).toBeNull();
    expect(viewReports[1]!.found).toBeGreaterThan(50);
    expect(viewReports[1]!.found).toBeLessThan(0.95 * found[1]!);
    for (const [k, index] of view.entries()) {
      if (index !== 1) continue;
      const [x, y] = [keypoints1[2 * k]!, keypoints1[2 * k + 1]!];
      expect(Math.min(x + 0.5, y + 0.5, 159.5 - x, 149.5 - y)).toBeGreaterThanOrEqual(0);
    }
  });

  it('does with few matches that agree roughly: the second look finds what is left', async () => {
    const random = createRandom(5);
    const toPhoto1 = turnedBy(30, 1);
    let looks = 0;
    const match: Match = (pictures) => {
      const seen = matchByColour(pictures);
      if (looks++ > 0) return seen;
      const kept = Array.from(seen.confidence.keys()).filter((k) => k % 23 === 0);
      const pick = (points: Points<'input'>, noisePx: number) =>
        Float32Array.from(
          kept.flatMap((k) => [0, 1].map((axis) => points[2 * k + axis]! + noisePx * random.normal())),
        );
      return {
        keypoints0: pick(seen.keypoints0, 0),
        keypoints1: pick(seen.keypoints1, 6),
        confidence: Float32Array.from(kept, () => 0.5),
      };
    };
    const sources = [locatedSource(200, 150), seenBy(toPhoto1, 260, 240)] as const;
    const { viewReports } = await run(['original', 'aligned'], { match, sources });
    expect(viewReports[0]!.found).toBeLessThan(60);
    expect(viewReports[1]!.failure).toBeNull();
    expect(viewReports[1]!.found).toBeGreaterThan(300);
  });

  describe('where the views before agree on no homography', () => {
    interface Seen {
      /** Input pixels of the second photo along one of the first. */
      readonly scale: number;
      /** Degrees. */
      readonly turn: number;
      readonly longEdges: readonly number[];
    }

    function seenIn(pictures: readonly [InputPicture, InputPicture]): Seen {
      const [a, , , d] = composeAffine(invertAffine(locate(pictures[1])), locate(pictures[0]));
      return {
        scale: Math.hypot(a, d),
        turn: (Math.atan2(d, a) * 180) / Math.PI,
        longEdges: pictures.map(({ content }) => Math.round(Math.max(content!.width, content!.height))),
      };
    }

    /** Knows photos that stand nearly alike, and makes something up of others. */
    function blindUnless(alike: (seen: Seen) => boolean) {
      const random = createRandom(3);
      const looks: Seen[] = [];
      const match: Match = (pictures) => {
        const found = matchByColour(pictures);
        looks.push(seenIn(pictures));
        if (alike(looks.at(-1)!)) return found;
        return { ...found, keypoints1: found.keypoints1.map(() => 25 * random.next()) };
      };
      return { match, looks };
    }

    const alike = ({ scale, turn }: Seen) => Math.abs(Math.log(scale)) < Math.log(1.7) && Math.abs(turn) < 50;

    it.each([
      [95, 2.8, [80, 27]],
      [-20, 2.6, [80, 27]],
      [170, 1, [80, 80]],
      [75, 0.35, [27, 80]],
    ])(
      'looks at other turns and sizes: turned by %d degrees, %d times as large',
      async (degrees, scale, longEdges) => {
        const toPhoto1 = turnedBy(degrees, scale);
        const { match, looks } = blindUnless(alike);
        const sources = [locatedSource(200, 150), seenBy(toPhoto1, 260, 240)] as const;
        const found = await run(['original', 'aligned'], { match, sources });
        expect(found.viewReports.map(({ failure }) => failure)).toEqual([null, null]);
        // The original, eight turns, four at either relative size, up to three rivals, aligned photos twice or thrice.
        expect(looks.length).toBeGreaterThan(19);
        expect(looks.length).toBeLessThan(24);
        expect(
          looks
            .slice(1, 17)
            .filter(alike)
            .map((look) => look.longEdges),
        ).toContainEqual(longEdges);
        expect(looks.at(-1)!.scale).toBeCloseTo(1, 1);
        expect(Math.abs(looks.at(-1)!.turn)).toBeLessThan(5);
        const errors = errorsOf(1, found, toPhoto1);
        expect(errors.length).toBeGreaterThan(40);
        expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(3 * scale);
      },
    );

    it.each([40, -50, 130, -140])('looks at eighths of a turn: turned by %d degrees', async (degrees) => {
      const { match, looks } = blindUnless(({ turn }) => Math.abs(turn) < 25);
      const toPhoto1 = turnedBy(degrees, 1);
      const sources = [locatedSource(200, 150), seenBy(toPhoto1, 260, 240)] as const;
      const found = await run(['original', 'aligned'], { match, sources });
      expect(found.viewReports.map(({ failure }) => failure)).toEqual([null, null]);
      expect(Math.abs(looks.at(-1)!.turn)).toBeLessThan(3);
      const errors = errorsOf(1, found, toPhoto1);
      expect(errors.length).toBeGreaterThan(300);
      expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(2.5);
    });

    interface Told {
      /** One match in so many is told; the others are made up. */
      readonly oneIn: number;
      /** Of those told, and of those made up. */
      readonly confidence: readonly [number, number];
    }

    const nothing: Told = { oneIn: 1000, confidence: [0.1, 0.1] };

    /** Of photos that stand nearly alike it tells right matches, of others such that both show the same, a little aside. */
    function misledUnless(isAlike: (seen: Seen) => boolean, right: Told, misled: (seen: Seen) => Told) {
      const random = createRandom(3);
      const looks: Seen[] = [];
      const match: Match = (pictures) => {
        const found = matchByColour(pictures);
        const seen = seenIn(pictures);
        looks.push(seen);
        const isRight = isAlike(seen);
        const { oneIn, confidence } = isRight ? right : misled(seen);
        const isTold = (k: number) => k % oneIn === 0;
        const told = isRight ? found.keypoints1 : found.keypoints0.map((value) => value + 9);
        return {
          keypoints0: found.keypoints0,
          keypoints1: told.map((value, k) => (isTold(k >> 1) ? value : 120 * random.next())),
          confidence: found.confidence.map((_, k) => confidence[isTold(k) ? 0 : 1]),
        };
      };
      return { match, looks };
    }

    const upright = ({ turn }: Seen) => Math.abs(turn) < 25;
    const isFirst = ({ longEdges }: Seen) => longEdges[0] === 160;
    const turned = turnedBy(100, 1);
    const apart = [locatedSource(200, 150), seenBy(turned, 260, 240)] as const;

    it.each([
      { confidence: [0.2, 0.6], looked: 21, right: true },
      { confidence: [0.5, 0.5], looked: 2, right: false },
    ] as const)(
      'looks so too where what agrees is doubtful: $confidence',
      async ({ confidence, looked, right }) => {
        const { match, looks } = misledUnless(upright, { oneIn: 1, confidence: [0.5, 0.5] }, (seen) =>
          isFirst(seen) ? { oneIn: 5, confidence } : nothing,
        );
        const found = await run(['original', 'aligned'], { match, sources: apart });
        expect(found.viewReports[1]!.failure).toBeNull();
        expect(looks).toHaveLength(looked);
        const errors = errorsOf(1, found, turned).toSorted((a, b) => a - b);
        expect(errors.length).toBeGreaterThan(300);
        expect(errors[errors.length >> 1]! < 2.5).toBe(right);
      },
    );

    it('takes the look whose matches are surest, not the one with most that agree', async () => {
      const { match } = misledUnless(upright, { oneIn: 3, confidence: [0.9, 0.9] }, (seen) =>
        isFirst(seen) ? nothing : { oneIn: 1, confidence: [0.2, 0.2] },
      );
      const found = await run(['original', 'aligned'], { match, sources: apart });
      expect(found.viewReports[1]!.failure).toBeNull();
      expect(errorsOf(1, found, turned).filter((error) => error < 5).length).toBeGreaterThan(100);
    });

    it('lays the photos by each of several likely homographies, and takes the one that shows them best', async () => {
      const isWrong = ({ turn, scale }: Seen) => Math.abs(turn) > 150 && scale > 0.7;
      const { match, looks } = misledUnless(upright, { oneIn: 3, confidence: [0.8, 0.1] }, (seen) =>
        looks.length > 1 && looks.length < 18 && isWrong(seen)
          ? { oneIn: 1, confidence: [0.5, 0.5] }
          : nothing,
      );
      const found = await run(['original', 'aligned'], { match, sources: apart });
      expect(found.viewReports[1]!.failure).toBeNull();
      expect(
        looks
          .slice(17)
          .map(({ turn }) => Math.abs(turn) < 5)
          .includes(false),
      ).toBe(true);
      expect(Math.abs(looks.at(-1)!.turn)).toBeLessThan(5);
      expect(errorsOf(1, found, turned).filter((error) => error < 5).length).toBeGreaterThan(100);
    });

    it('keeps what is doubtful where no look brings more', async () => {
      const { match, looks } = misledUnless(
        () => false,
        nothing,
        (seen) => (isFirst(seen) ? { oneIn: 5, confidence: [0.2, 0.6] } : nothing),
      );
      const { viewReports } = await run(['original', 'aligned'], { match });
      expect(viewReports[1]!.failure).toBeNull();
      expect(looks.length).toBeGreaterThan(17);
      expect(looks.at(-1)!.scale).toBeCloseTo(1, 1);
      expect(Math.abs(looks.at(-1)!.turn)).toBeLessThan(3);
    });

    it('looks more closely at upright photos of two sizes where small looks show too little', async () => {
      const { match, looks } = blindUnless((seen) => alike(seen) && Math.max(...seen.longEdges) > 100);
      const sources = [locatedSource(200, 150), seenBy(turnedBy(15, 3), 260, 240)] as const;
      const { viewReports } = await run(['original', 'aligned'], { match, sources });
      expect(viewReports[1]!.failure).toBeNull();
      expect(viewReports[1]!.found).toBeGreaterThan(100);
      expect(looks.slice(17, 19).map(({ longEdges }) => longEdges)).toEqual([
        [160, 80],
        [80, 160],
      ]);
      // One of them agrees: a small look at the photos laid by it, and two at full size.
      expect(looks).toHaveLength(22);
    });

    it('draws fewer matches of a matcher that matches every point from smaller looks', async () => {
      const { match, looks } = blindUnless(upright);
      const drawn: (readonly [longEdge: number, samples: number | undefined])[] = [];
      const counted: Match = (pictures, context) => {
        const found = match(pictures, context);
        drawn.push([looks.at(-1)!.longEdges[0]!, context.sampling?.count]);
        return found;
      };
      await run(['original', 'aligned'], { match: counted, sources: apart, samples: 2000 });
      expect(drawn[0]).toEqual([160, 2000]);
      expect(new Set(drawn.slice(1, 17).map(([, samples]) => samples))).toEqual(new Set([1000]));
      // Small looks at what was found, and two at full size.
      expect(drawn.slice(-3).map(([, samples]) => samples)).toEqual([1000, 2000, 2000]);
      drawn.length = 0;
      await run(['turn-automatic'], { match: counted, sources: apart, samples: 200 });
      expect(drawn.map(([, samples]) => samples)).toEqual([100, 100, 100, 100, 200]);
    });

    it('looks at aligned photos a second time, by what the first time found', async () => {
      const { match, looks } = blindUnless(upright);
      const askew: Match = (pictures, context) => {
        const seen = match(pictures, context);
        // Of the original and of aligned photos it is right.
        if (looks.length === 1 || looks.length > 17) return seen;
        const around: Affine<'input', 'input'> = [0.99, -0.14, 5, 0.14, 0.99, -5];
        return { ...seen, keypoints1: applyAffine(around, seen.keypoints1) };
      };
      const found = await run(['original', 'aligned'], { match: askew, sources: apart });
      expect(found.viewReports[1]!.failure).toBeNull();
      expect(Math.abs(looks[17]!.turn)).toBeGreaterThan(5);
      expect(Math.abs(looks.at(-1)!.turn)).toBeLessThan(3);
    });

    it.each(['fails', 'finds less'])(
      'keeps what the first time found where the second %s',
      async (outcome) => {
        const { match, looks } = blindUnless(upright);
        let large = 0;
        const second: Match = (pictures, context) => {
          const seen = match(pictures, context);
          // The original is the first large one.
          if (Math.max(...looks.at(-1)!.longEdges) > 100) large++;
          if (large === 3 && outcome === 'fails') throw failing;
          return { ...seen, confidence: seen.confidence.fill(large === 2 ? 0.7 : 0.5) };
        };
        const found = await run(['original', 'aligned'], { match: second, sources: apart });
        expect(large).toBe(3);
        expect(found.viewReports[1]!.failure).toBeNull();
        expect(found.viewReports[1]!.found).toBeGreaterThan(300);
        const shown = found.confidence.filter((_, k) => found.view[k] === 1);
        expect(Math.min(...shown)).toBeCloseTo(0.7, 5);
      },
    );

    it('reports progress of every look, which never falls', async () => {
      const { match } = blindUnless(alike);
      const reports: Progress[] = [];
      const sources = [locatedSource(200, 150), seenBy(turnedBy(95, 2.8), 260, 240)] as const;
      await run(['original', 'aligned'], { match, sources, report: (progress) => reports.push(progress) });
      const fractions = reports
        .filter(({ part }) => part?.name === 'aligned')
        .map(({ fraction }) => fraction);
      expect(new Set(fractions).size).toBeGreaterThan(17);
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    });

    it('takes photos that fill just one cell at the smallest size', async () => {
      // A third of 80 pixels is 27, of which 5 % would be one.
      const { match, looks } = blindUnless(() => false);
      const sources = [locatedSource(200, 10), locatedSource(200, 10)] as const;
      const { viewReports } = await run(['original', 'aligned'], { match, sources });
      expect(viewReports[1]!.failure?.code).toBe('no-alignment');
      expect(looks).toHaveLength(19);
      expect(new Set(looks.flatMap(({ longEdges }) => longEdges))).toEqual(new Set([160]));
    });

    it('says so where no look does either', async () => {
      const { match } = blindUnless(() => false);
      const { viewReports } = await run(['original', 'aligned'], { match });
      expect(viewReports[0]!.failure).toBeNull();
      expect(viewReports[1]).toMatchObject({
        found: 0,
        failure: { stage: 'matching', code: 'no-alignment' },
      });
      const none: Match = () => ({
        keypoints0: new Float32Array(0),
        keypoints1: new Float32Array(0),
        confidence: new Float32Array(0),
      });
      const empty = await run(['original', 'aligned'], { match: none });
      expect(empty.viewReports[1]!.failure?.code).toBe('no-alignment');
    });
  });

  it('says so where all views before failed', async () => {
    let runs = 0;
    const match: Match = (pictures) => {
      if (runs++ === 0) throw failing;
      return matchByColour(pictures);
    };
    const { viewReports } = await run(['original', 'aligned', 'flip'], { match });
    expect(viewReports.map(({ failure }) => failure?.code ?? null)).toEqual([
      'too-hard',
      'no-alignment',
      null,
    ]);
  });
});

describe('scale:N', () => {
  const views = ['original', 'scale:320'] as const;
  const codeOf = async (ids: readonly ViewId[], width: number) => {
    const sources = [locatedSource(width, 60), locatedSource(width, 60)] as const;
    const { viewReports } = await run(ids, { sources });
    return viewReports.at(-1)!.failure?.code ?? null;
  };

  it('is left out where photos cannot be shown any closer, and run where they can or where it is alone', async () => {
    // At most doubled: photos of 80 pixels fill the 160 of the setting already, those of 100 gain a quarter.
    expect(await codeOf(views, 80)).toBe('photos-seen-already');
    expect(await codeOf(views, 100)).toBe('photos-seen-already');
    expect(await codeOf(views, 120)).toBeNull();
    expect(await codeOf(['scale:320'], 80)).toBeNull();
    // A quarter is all that is asked for here.
    expect(await codeOf(['original', 'scale:200'], 100)).toBeNull();
    expect(await codeOf(['original', 'scale:96'], 80)).toBeNull();
  });
});

describe('shared-region', () => {
  /** Knows only a part of the photos, and more of it the larger it is shown. */
  const knowing =
    (left: number, right: number): Match =>
    (pictures) => {
      const found = matchByColour(pictures);
      const inPhoto = applyAffine(locate(pictures[0]), found.keypoints0);
      const kept = Array.from(found.confidence.keys()).filter(
        (k) => inPhoto[2 * k]! >= left && inPhoto[2 * k]! <= right,
      );
      const pick = (points: Points<'input'>) =>
        Float32Array.from(kept.flatMap((k) => [points[2 * k]!, points[2 * k + 1]!]));
      return {
        keypoints0: pick(found.keypoints0),
        keypoints1: pick(found.keypoints1),
        confidence: Float32Array.from(kept, () => 0.5),
      };
    };

  it('adds a closer look at what the first one found in common, and replaces nothing', async () => {
    const first = await run(['original'], { match: knowing(60, 110) });
    const both = await run(['original', 'shared-region'], { match: knowing(60, 110) });
    const [original, region] = both.viewReports;
    expect(original).toMatchObject({ found: first.confidence.length, added: first.confidence.length });
    expect(region!.failure).toBeNull();
    expect(region!.found).toBeGreaterThan(1.5 * original!.found);
    expect(region!.added).toBeGreaterThan(original!.found);
    expect(both.confidence).toHaveLength(original!.found + region!.added);
    for (let k = 0; k < both.keypoints0.length; k++) {
      expect(Math.abs(both.keypoints0[k]! - both.keypoints1[k]!)).toBeLessThan(0.01);
    }
  });

  it('looks at all of the photos again where they share it, if that is closer', async () => {
    const { viewReports } = await run(['original', 'shared-region'], { match: knowing(0, 200) });
    expect(viewReports[1]!.failure).toBeNull();
    expect(viewReports[1]!.found / viewReports[0]!.found).toBeGreaterThan(1.8);
  });

  it('says so where another look is no closer: photos are at most doubled', async () => {
    const sources = [locatedSource(80, 60), locatedSource(80, 60)] as const;
    const { viewReports } = await run(['original', 'shared-region'], { match: knowing(0, 80), sources });
    expect(viewReports[1]).toMatchObject({ found: 0, failure: { code: 'shared-region-seen-already' } });
  });

  it('says so where nothing was found in common', async () => {
    const { viewReports, confidence } = await run(['original', 'shared-region'], {
      match: knowing(300, 400),
    });
    expect(confidence).toHaveLength(0);
    expect(viewReports[0]!.failure).toBeNull();
    expect(viewReports[1]!.failure).toMatchObject({ stage: 'matching', code: 'no-shared-region' });
  });

  it('does without the views before that failed', async () => {
    let runs = 0;
    const match: Match = (pictures, context) => {
      if (runs++ === 0) throw failing;
      return knowing(60, 110)(pictures, context);
    };
    const { viewReports } = await run(['original', 'flip', 'shared-region'], { match });
    expect(viewReports.map(({ failure }) => failure?.code ?? null)).toEqual(['too-hard', null, null]);
  });
});

describe('several views', () => {
  it('are one list with the view and the support of each match, by falling confidence', async () => {
    let sure = 0.5;
    const match: Match = (pictures) => {
      const found = matchByColour(pictures);
      sure += 0.125;
      return { ...found, confidence: found.confidence.map(() => sure) };
    };
    const {
      view,
      support,
      confidence,
      viewReports,
      settings: kept,
    } = await run(['original', 'swap'], { match });
    // Photos of one size: the swapped view finds the very same points.
    expect(new Set(view)).toEqual(new Set([1]));
    expect(new Set(support)).toEqual(new Set([2]));
    expect(new Set(confidence)).toEqual(new Set([0.75]));
    expect(viewReports.map(({ found, added }) => [found, added])).toEqual([
      [confidence.length, confidence.length],
      [confidence.length, 0],
    ]);
    expect(kept.views).toEqual(['original', 'swap']);
  });

  it('counts the others where one fails, and says what failed', async () => {
    const match: Match = (pictures) => {
      if (pictures[0].width > 160) throw failing;
      return matchByColour(pictures);
    };
    const { viewReports, confidence, view } = await run(['scale:240', 'original', 'scale:320'], { match });
    expect(viewReports.map(({ failure }) => failure)).toEqual([failing.toReport(), null, failing.toReport()]);
    expect(viewReports.map(({ found }) => found)).toEqual([0, confidence.length, 0]);
    expect(new Set(view)).toEqual(new Set([1]));
    expect(viewReports.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
  });

  it('is the first failure where all fail', async () => {
    let runs = 0;
    const match: Match = () => {
      throw new CovisError('matching', `failure-${runs++}`, 'No.');
    };
    await expect(run(['original', 'flip'], { match })).rejects.toMatchObject({ code: 'failure-0' });
    expect(runs).toBe(2);
  });

  it('does not take a mistake of the program for the failure of a view', async () => {
    const match: Match = () => {
      throw new TypeError('undefined is not a function');
    };
    await expect(run(['original', 'flip'], { match })).rejects.toThrow(TypeError);
  });

  it('stops within and between views when cancelled', async () => {
    for (const during of ['original', 'flip']) {
      const controller = new AbortController();
      const started: string[] = [];
      const match: Match = (pictures, { signal }) => {
        const view = ['original', 'flip', 'swap'][started.length]!;
        started.push(view);
        if (view === during) controller.abort();
        // As a failure that follows from the abort.
        if (signal.aborted) throw failing;
        return matchByColour(pictures);
      };
      await expect(
        run(['original', 'flip', 'swap'], { match, signal: controller.signal }),
      ).rejects.toMatchObject({ name: 'AbortError' });
      expect(started.at(-1)).toBe(during);
    }
  });

  it('reports one total that never goes back, and names the view at work', async () => {
    const seen: Progress[] = [];
    await run(['original', 'turn-automatic', 'scale:240', 'shared-region'], { report: (p) => seen.push(p) });
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions.every((fraction, k) => k === 0 || fraction >= fractions[k - 1]!)).toBe(true);
    const names = seen.map(({ part }) => part?.name);
    expect([...new Set(names)]).toEqual(['original', 'turn-automatic', 'scale:240']);
    expect(seen.every(({ part }) => part?.count === 4)).toBe(true);
    // A long edge of 240 instead of 160 costs more than twice as much; the last view has its share still to come.
    const first = Math.max(...seen.filter(({ part }) => part?.index === 0).map(({ fraction }) => fraction));
    const ofScale = seen.filter(({ part }) => part?.index === 2).map(({ fraction }) => fraction);
    expect((Math.max(...ofScale) - Math.min(...ofScale)) / first).toBeCloseTo(2.25, 1);
    expect(Math.max(...fractions)).toBeLessThan(1);
  });

  it('decodes nothing twice: a second run, and a swap, read no row again', async () => {
    const sources = [locatedSource(200, 150), locatedSource(200, 150)] as const;
    const photos = [createPairPhoto(sources[0], 'a'), createPairPhoto(sources[1], 'b')] as const;
    const match = (views: readonly ViewId[]) =>
      matchPair(
        photos[0],
        photos[1],
        matcherOf(matchByColour),
        { ...settings, views },
        {
          provider: 'cpu',
          weights: { id: 'w', sha256: '0' },
          signal: new AbortController().signal,
          progress: planProgress(
            [
              ['decode', 1],
              ['coarse', 1],
              ['fine', 1],
            ],
            () => {},
          ),
        },
      );
    await match(['original', 'swap']);
    expect(sources.map(({ reads }) => reads)).toEqual([1, 1]);
    await match(['original', 'flip', 'swap']);
    expect(sources.map(({ reads }) => reads)).toEqual([2, 2]);
    await match(['flip', 'swap', 'original']);
    expect(sources.map(({ reads }) => reads)).toEqual([2, 2]);
  });

  it('has a stated outcome for each view of a photo of 60 pixels and one of 6000', async () => {
    // 60 x 40 against 6000 x 320: the colours of the second grow a hundred times as slowly along x.
    const large: PixelSource = {
      ...locatedSource(6000, 320),
      async readRows(start, count) {
        const row = new Uint8ClampedArray(4 * 6000);
        for (let x = 0; x < 6000; x++) row.set([x / 100, 0, 0, 255], 4 * x);
        const bytes = new Uint8ClampedArray(4 * 6000 * count);
        for (let y = 0; y < count; y++) {
          bytes.set(row, 4 * 6000 * y);
          for (let x = 0; x < 6000; x++) bytes[4 * (6000 * y + x) + 1] = (start + y) / 10;
        }
        return bytes;
      },
    };
    const views = ['original', 'swap', 'flip', 'turn-90', 'scale:96', 'aligned', 'shared-region'] as const;
    const { viewReports, keypoints0, keypoints1 } = await run(views, {
      sources: [locatedSource(60, 40), large],
    });
    // A strip of 6000 x 320 is narrower than a cell at a long edge of 96.
    expect(viewReports.map(({ failure }) => failure?.code ?? null)).toEqual([
      null,
      null,
      null,
      null,
      'photo-too-narrow',
      null,
      'shared-region-seen-already',
    ]);
    expect(keypoints0.length).toBeGreaterThan(100);
    let worst = 0;
    for (let k = 0; k < keypoints0.length; k += 2) {
      // Bytes are whole numbers: a hundred columns of the strip look alike.
      worst = Math.max(worst, Math.abs(keypoints0[k]! - keypoints1[k]! / 100));
    }
    expect(worst).toBeLessThan(1);
  });
});
