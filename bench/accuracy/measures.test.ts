import { describe, expect, it } from 'vitest';
import type { CorrespondencePair, HomographyPair, PosePair } from './evaluationPairs.ts';
import { areaUnderCurve, cornerError, epipolarRecall, median, poseError } from './measures.ts';

const names = { name: 'pair', set: 'set', image0: 'a.png', image1: 'b.png' } as const;

function homographyPair(size1: readonly [number, number], H_0to1: readonly number[][]): HomographyPair {
  return { ...names, type: 'homography', size0: [400, 320], size1, H_0to1 };
}

/** The second camera is turned by 20 degrees about its optical axis. */
function posePair(translation: readonly [number, number, number]): PosePair {
  const K = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const rotation = turn(20);
  const rows = translation.map((entry, row) => [...rotation.slice(3 * row, 3 * row + 3), entry]);
  const T_0to1 = [...rows, [0, 0, 0, 1]];
  return { ...names, type: 'pose', size0: [9, 9], size1: [9, 9], K0: K, K1: K, T_0to1 };
}

/** A turn about the optical axis, row-major. */
function turn(degrees: number): number[] {
  const angle = (degrees * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c, -s, 0, s, c, 0, 0, 0, 1];
}

describe('areaUnderCurve', () => {
  it('is 100 for no error, 0 for no answer, and 75 for one error at half the threshold', () => {
    expect(areaUnderCurve([0, 0], 5)).toBe(100);
    expect(areaUnderCurve([Infinity, Infinity, 5, 6], 5)).toBe(0);
    // From (0, 0) straight to (2.5, 1), then level: half of 2.5, and 2.5, of 5.
    expect(areaUnderCurve([2.5], 5)).toBe(75);
  });

  it('joins the errors by straight lines, whatever their order', () => {
    // (0, 0) (1, 0.25) (2, 0.5) (4, 0.5): 0.125 + 0.375 + 1 of 4.
    expect(areaUnderCurve([Infinity, 2, 1, 7], 4)).toBeCloseTo(37.5, 12);
    expect(areaUnderCurve([1, 2, 7, Infinity], 4)).toBeCloseTo(37.5, 12);
  });
});

describe('cornerError', () => {
  it('is the mean distance of the corners, in pixels of a picture with a short side of 480', () => {
    const shifted = [1, 0, 3, 0, 1, 4, 0, 0, 1];
    const truth = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(cornerError(shifted, homographyPair([640, 480], truth))).toBeCloseTo(5, 12);
    expect(cornerError(shifted, homographyPair([240, 320], truth))).toBeCloseTo(10, 12);
  });

  it('weighs every corner: one that a projective map moves counts a quarter', () => {
    // Doubles w at (399, 319) alone, nearly: corners on the axes stay.
    const truth = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const tilted = [1, 0, 0, 0, 1, 0, 1 / 399, 0, 1];
    // (399, 0) goes to (199.5, 0), (399, 319) to (199.5, 159.5).
    const expected = (199.5 + Math.hypot(199.5, 159.5)) / 4;
    expect(cornerError(tilted, homographyPair([480, 480], truth))).toBeCloseTo(expected, 9);
  });
});

describe('poseError', () => {
  it('is the larger of the two angles', () => {
    const pair = posePair([2, 0, 0]);
    const at = (degrees: number) =>
      [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 0] as const;
    expect(poseError({ rotation: turn(27), translation: at(3) }, pair)).toBeCloseTo(7, 9);
    expect(poseError({ rotation: turn(17), translation: at(11) }, pair)).toBeCloseTo(11, 9);
  });

  it('does not mind the sign of the translation nor rounding beyond a right cosine', () => {
    const pair = posePair([0.1, 0.2, 0.3]);
    const length = Math.hypot(0.1, 0.2, 0.3);
    const translation = [-0.1 / length, -0.2 / length, (-0.3 / length) * (1 + 1e-15)] as const;
    expect(poseError({ rotation: turn(20), translation }, pair)).toBeCloseTo(0, 5);
  });
});

describe('epipolarRecall', () => {
  /** A camera moved to the right: matches stay in their row. */
  const sideways = [0, 0, 0, 0, 0, -1, 0, 1, 0];

  it('is the share within t pixels of the lines, mean over t from 1 to 10', () => {
    const correspondences = [
      [10, 20, 90, 20],
      [10, 20, 90, 24.5],
      [10, 20, 90, 60],
    ];
    const pair: CorrespondencePair = {
      ...names,
      type: 'corrs',
      size0: [100, 100],
      size1: [100, 100],
      correspondences,
    };
    // The first counts at every t, the second at t = 5..10, the third never.
    expect(epipolarRecall(sideways, pair)).toBeCloseTo((10 + 6) / 30, 12);
    const scaled = sideways.map((entry) => -7 * entry);
    expect(epipolarRecall(scaled, pair)).toBeCloseTo((10 + 6) / 30, 12);
  });

  it('takes the larger of the distances in the two photos', () => {
    // Photo 1 at half the size of photo 0: 3 px there are 6 px here.
    const halved = [0, 0, 0, 0, 0, -1, 0, 0.5, 0];
    const pair: CorrespondencePair = {
      ...names,
      type: 'corrs',
      size0: [100, 100],
      size1: [50, 50],
      correspondences: [[10, 20, 30, 13]],
    };
    expect(epipolarRecall(halved, pair)).toBeCloseTo(0.4, 12);
  });
});

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
