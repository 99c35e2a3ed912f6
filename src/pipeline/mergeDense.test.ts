import { describe, expect, it } from 'vitest';
import { type Framing, framedExtent, framedToPhoto, upright } from '../augment/framing.ts';
import {
  type Affine,
  applyAffine,
  composeAffine,
  invertAffine,
  liesWithin,
  type Points,
  resizeTransform,
} from '../geometry/coordinates.ts';
import { applyHomography, depthUnder } from '../geometry/homography.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import { mergeDense, type ViewDense } from './mergeDense.ts';
import { type PairDense, warpsInPhotos } from './pairDense.ts';

const photos = [
  { width: 96, height: 64 },
  { width: 80, height: 72 },
] as const;

/** The truth: photo 0 to photo 1, a little turned, so that some points of either have no match. */
const truth: Affine<'photo', 'photo'> = [0.8, -0.1, 6, 0.12, 0.9, 2];

type Warp = (points: Points<'photo'>) => Points<'photo'>;

const along: readonly [Warp, Warp] = [
  (points) => applyAffine(truth, points),
  (points) => applyAffine(invertAffine(truth), points),
];

interface Made {
  readonly scale?: number;
  readonly framings?: readonly [Framing, Framing];
  readonly toPhoto1?: Matrix3;
  readonly warps?: readonly [Warp, Warp];
  readonly certainty: number;
}

/** What a network would answer that knows `warps`, seeing the photos so; its grids have a row and a column of padding. */
function viewOf({
  scale = 1,
  framings = [upright, upright],
  toPhoto1,
  warps = along,
  certainty,
}: Made): ViewDense {
  const extents = [0, 1].map((side) => framedExtent(photos[side]!, framings[side]!));
  const content = extents.map(({ width, height }) => ({
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  })) as unknown as PairDense['content'];
  const inputToPhoto = [0, 1].map((side) =>
    composeAffine(
      resizeTransform<'input', 'framed'>(1 / scale),
      framedToPhoto(photos[side]!, framings[side]!),
    ),
  ) as unknown as PairDense['inputToPhoto'];
  const cellSize = 2;
  const width = Math.ceil(Math.max(content[0].width, content[1].width) / cellSize) + 1;
  const height = Math.ceil(Math.max(content[0].height, content[1].height) / cellSize) + 1;
  const fromPhoto1 = toPhoto1 && invert3(toPhoto1)!;
  const answer = (side: 0 | 1) => {
    const other = side === 0 ? 1 : 0;
    const centres = new Float32Array(2 * width * height) as Points<'input'>;
    for (let k = 0; k < width * height; k++) {
      centres[2 * k] = ((k % width) + 0.5) * cellSize - 0.5;
      centres[2 * k + 1] = (Math.floor(k / width) + 0.5) * cellSize - 0.5;
    }
    let points = applyAffine(inputToPhoto[side], centres);
    if (side === 1 && toPhoto1) points = applyHomography(toPhoto1, points);
    points = warps[side](points);
    if (side === 0 && fromPhoto1) points = applyHomography(fromPhoto1, points);
    const places = applyAffine(invertAffine(inputToPhoto[other]), points);
    return {
      warp: places as Float32Array,
      certainty: Float32Array.from({ length: width * height }, (_, k) =>
        liesWithin(centres, k, content[side]) && liesWithin(places, k, content[other]) ? certainty : 0,
      ),
    };
  };
  const [first, second] = [answer(0), answer(1)];
  return {
    dense: {
      matches: {
        width,
        height,
        cellSize,
        warp0: first.warp,
        warp1: second.warp,
        certainty0: first.certainty,
        certainty1: second.certainty,
      },
      inputToPhoto,
      content,
    },
    toPhoto1: toPhoto1 ?? null,
  };
}

/** A first look that is wrong of everything by 9 pixels, and little certain of it. */
const wrong = viewOf({
  certainty: 0.2,
  warps: [
    (points) => along[0](points).map((value) => value + 9) as Points<'photo'>,
    (points) => along[1](points).map((value) => value + 9) as Points<'photo'>,
  ],
}).dense;

/** Of the cells of the merged grids: how many the surer view decides, and how far the worst of those is from the truth. */
function judge(merged: PairDense) {
  return warpsInPhotos(merged).map((photoWarp, side) => {
    const cells = Float32Array.from({ length: 2 * photoWarp.width * photoWarp.height }, (_, k) => {
      const cell = Math.floor(k / 2);
      return k % 2 === 0 ? cell % photoWarp.width : Math.floor(cell / photoWarp.width);
    }) as Points<'cell'>;
    const expected = along[side]!(applyAffine(photoWarp.cellToPhoto, cells));
    let [decided, worst] = [0, 0];
    for (const [k, certainty] of photoWarp.certainty.entries()) {
      if (certainty < 0.5) continue;
      decided++;
      worst = Math.max(
        worst,
        Math.hypot(
          photoWarp.warp[2 * k]! - expected[2 * k]!,
          photoWarp.warp[2 * k + 1]! - expected[2 * k + 1]!,
        ),
      );
    }
    return { decided, worst, cells: photoWarp.certainty.length };
  });
}

const mirrored: Framing = { ...upright, mirrored: true };

describe('mergeDense', () => {
  it.each<[string, Omit<Made, 'certainty'>, number]>([
    ['as they are', {}, 0.7],
    ['larger', { scale: 1.7 }, 0.7],
    ['mirrored', { framings: [mirrored, mirrored] }, 0.7],
    ['with the second turned by a quarter', { framings: [upright, { ...upright, quarterTurns: 1 }] }, 0.7],
    ['mirrored and turned', { framings: [mirrored, { ...mirrored, quarterTurns: 3 }], scale: 1.3 }, 0.7],
    [
      'cut out',
      {
        framings: [
          { ...upright, box: { left: 20, top: 10, width: 50, height: 40 } },
          { ...upright, box: { left: 10, top: 4, width: 64, height: 60 } },
        ],
        scale: 2.3,
      },
      0.25,
    ],
    ['with the second warped', { toPhoto1: [0.9, 0.1, 3, -0.15, 0.95, 8, 0.0008, -0.0005, 1] }, 0.5],
  ])('takes the places of a surer view that saw the photos %s', (_, made, leastShare) => {
    const merged = mergeDense(wrong, [viewOf({ ...made, certainty: 0.9 })]);
    for (const { decided, worst, cells } of judge(merged)) {
      expect(decided / cells).toBeGreaterThan(leastShare);
      // An affine warp is exact between cells; a homography is curved by a hundredth of a pixel there.
      expect(worst).toBeLessThan(made.toPhoto1 ? 0.02 : 1e-4);
    }
  });

  it('keeps the first view, to the bit, where no other is surer, and in the padding', () => {
    const first = viewOf({ certainty: 0.9 }).dense;
    const others = [viewOf({ certainty: 0.9, scale: 1.5 }), viewOf({ certainty: 0.3 })];
    expect(mergeDense(first, others)).toEqual(first);
    const box = { left: 40, top: 0, width: 40, height: 40 };
    const part = viewOf({ certainty: 0.9, framings: [{ ...upright, box }, upright] });
    const { matches } = mergeDense(wrong, [part]);
    let kept = 0;
    for (let k = 0; k < matches.certainty0.length; k++) {
      const [column, row] = [k % matches.width, Math.floor(k / matches.width)];
      const inBox = column * 2 + 0.5 >= 39.5 && column * 2 + 0.5 < 79.5 && row * 2 + 0.5 < 39.5;
      if (inBox) continue;
      kept++;
      expect(matches.certainty0[k]).toBe(wrong.matches.certainty0[k]);
      expect(matches.warp0.subarray(2 * k, 2 * k + 2)).toEqual(
        wrong.matches.warp0.subarray(2 * k, 2 * k + 2),
      );
    }
    expect(kept).toBeGreaterThan(1000);
  });

  it('takes nothing from beyond the line that a warp sends to infinity', () => {
    // Depth 1 - x / 60: a fourth of the shown picture is behind the camera, and yet sent into photo 1.
    const toPhoto1: Matrix3 = [-1, 0, 65, 0, 0.4, -17, -1 / 60, 0, 1];
    const behind = Float32Array.of(75, 40) as Points<'photo'>;
    expect(Array.from(applyHomography(toPhoto1, behind), Math.round)).toEqual([40, 4]);
    const view = viewOf({ certainty: 0.9 });
    const { matches } = view.dense;
    for (let k = 0; k < matches.warp0.length; k += 2) matches.warp0.set(behind, k);
    for (let k = 0; k < matches.warp1.length; k += 2) matches.warp1.set([30, 30], k);
    matches.certainty0.fill(0.9);
    matches.certainty1.fill(0.9);
    const merged = mergeDense(wrong, [{ ...view, toPhoto1 }]);
    expect(Math.max(...merged.matches.certainty0)).toBeCloseTo(0.2, 6);
    const [, warp1] = warpsInPhotos(merged);
    const fromPhoto1 = invert3(toPhoto1)!;
    let [dropped, taken] = [0, 0];
    for (const [k, certainty] of warp1.certainty.entries()) {
      const cell = Float32Array.of(k % warp1.width, Math.floor(k / warp1.width)) as Points<'cell'>;
      const [x, y] = applyAffine(warp1.cellToPhoto, cell);
      if (certainty > 0.5) taken++;
      if (depthUnder(fromPhoto1, x!, y!) > 0) continue;
      dropped++;
      expect(certainty).toBeLessThan(0.5);
    }
    expect(dropped).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(50);
  });
});
