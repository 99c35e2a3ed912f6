import { describe, expect, it } from 'vitest';
import { type Affine, applyAffine, type Points, resizeTransform } from '../geometry/coordinates.ts';
import type { PhotoWarp } from '../pipeline/pairDense.ts';
import { describeFlow, flowUnder } from './flowUnder.ts';
import type { StagePhoto } from './stageData.ts';
import { layoutPair } from './stageLayout.ts';
import type { StageDense } from './stageProps.ts';

const photos = [
  { width: 400, height: 300 },
  { width: 200, height: 300 },
] as const;
const named = photos.map((photo, k) => ({ ...photo, name: `${k}.jpg` })) as unknown as [
  StagePhoto,
  StagePhoto,
];
const layout = layoutPair({ width: 900, height: 500 }, photos[0], photos[1])!;

/** Cells of 10 photo pixels; nothing certain in the leftmost tenth. */
function warpOf({ width, height }: (typeof photos)[number], toOther: Affine<'photo', 'photo'>): PhotoWarp {
  const [columns, rows] = [width / 10, height / 10];
  const cellToPhoto = resizeTransform<'cell', 'photo'>(10);
  const cells = Array.from({ length: columns * rows }, (_, k) => [k % columns, Math.floor(k / columns)]);
  return {
    width: columns,
    height: rows,
    cellToPhoto,
    warp: applyAffine(toOther, applyAffine(cellToPhoto, Float32Array.from(cells.flat()) as Points<'cell'>)),
    certainty: Float32Array.from(cells, ([column]) => (column! < columns / 10 ? 0 : 0.75)),
  };
}

const dense: StageDense = {
  byHomography: false,
  warps: [warpOf(photos[0], [0.5, 0, 2, 0, 1, 5]), warpOf(photos[1], [2, 0, -4, 0, 1, -5])],
  warped: [{} as ImageBitmap, {} as ImageBitmap],
};

const onStage = (side: 0 | 1, x: number, y: number) => {
  const { x: left, y: top, scale } = side === 0 ? layout.place0 : layout.place1;
  return { x: left + (x + 0.5) * scale, y: top + (y + 0.5) * scale };
};

describe('flowUnder', () => {
  it('finds the match in either direction, to the half pixel', () => {
    for (const [side, x, y, matchX, matchY] of [
      [0, 200, 100, 102, 105],
      [1, 102, 105, 200, 100],
    ] as const) {
      const flow = flowUnder(dense, layout, photos, onStage(side, x, y))!;
      expect(flow.side).toBe(side);
      expect(flow.there.x).toBeCloseTo(matchX, 3);
      expect(flow.there.y).toBeCloseTo(matchY, 3);
      expect(flow.there.certainty).toBeCloseTo(0.75, 6);
      const expected = onStage(side === 0 ? 1 : 0, matchX, matchY);
      expect(flow.ends[1]!.x).toBeCloseTo(expected.x, 3);
      expect(flow.ends[1]!.y).toBeCloseTo(expected.y, 3);
    }
  });

  it('names the photos in their order and both points', () => {
    const flow = flowUnder(dense, layout, photos, onStage(1, 102, 105))!;
    expect(describeFlow(flow, ...named)).toEqual({
      title: 'Certainty',
      confidence: '0.750',
      agreement: null,
      view: null,
      rows: [
        { name: '0.jpg', x: '200.0', y: '100.0' },
        { name: '1.jpg', x: '102.0', y: '105.0' },
      ],
      measures: [],
    });
  });

  it('shows no match where there is no certainty', () => {
    const flow = flowUnder(dense, layout, photos, onStage(0, 5, 100))!;
    expect(flow.ends).toHaveLength(1);
    expect(describeFlow(flow, ...named).rows[1]).toEqual({ name: '1.jpg', x: '–', y: '–' });
  });

  it('is silent beside the photos', () => {
    expect(flowUnder(dense, layout, photos, onStage(0, -3, 100))).toBeNull();
  });
});
