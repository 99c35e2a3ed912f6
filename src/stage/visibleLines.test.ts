import { describe, expect, it } from 'vitest';
import { hiddenColumn, listMatches, selectLines, stepMatch, visibilityOf } from './visibleLines.ts';

const confidence = new Float32Array([0.9, 0.8, 0.8, 0.5, 0.2, 0.1]);
const inliers = new Uint8Array([1, 0, 1, 0, 1, 1]);
const view = {
  inliers: 'shown',
  outliers: 'shown',
  minimumConfidence: 0,
  maximumMatches: Number.POSITIVE_INFINITY,
  maximumLines: 100,
} as const;

describe('selectLines', () => {
  it('selects a prefix by confidence', () => {
    expect(selectLines(confidence, inliers, { ...view, minimumConfidence: 0.5 }, null)).toEqual({
      limit: 4,
      shown: 4,
      dimmed: 0,
    });
  });

  it('draws no match beyond the maximum of matches, however many lines there may be', () => {
    const hiding = { ...view, maximumMatches: 3, outliers: 'hidden' } as const;
    expect(selectLines(confidence, inliers, hiding, null)).toEqual({ limit: 3, shown: 2, dimmed: 0 });
  });

  it('counts dimmed lines towards the maximum and hidden ones not', () => {
    expect(selectLines(confidence, inliers, { ...view, outliers: 'dimmed', maximumLines: 3 }, null)).toEqual({
      limit: 3,
      shown: 2,
      dimmed: 1,
    });
    expect(selectLines(confidence, inliers, { ...view, outliers: 'hidden', maximumLines: 3 }, null)).toEqual({
      limit: 5,
      shown: 3,
      dimmed: 0,
    });
  });

  it('takes every match for an inlier while there is no geometry', () => {
    expect(selectLines(confidence, null, { ...view, outliers: 'hidden' }, null).shown).toBe(6);
    expect(visibilityOf(1, null, { inliers: 'dimmed', outliers: 'hidden' }, null)).toBe('dimmed');
  });
});

describe('hiddenColumn', () => {
  const matches = {
    view: new Uint8Array([0, 2, 1, 0, 1, 2]),
    settings: { views: ['original', 'flip', 'scale:960'] },
  } as const;

  it('hides the matches of the views that are not to be seen', () => {
    const hidden = hiddenColumn(matches, ['flip', 'swap']);
    expect([...hidden!]).toEqual([0, 0, 1, 0, 1, 0]);
    expect(selectLines(confidence, inliers, { ...view, outliers: 'dimmed' }, hidden)).toEqual({
      limit: 6,
      shown: 2,
      dimmed: 2,
    });
    expect([...listMatches(6, 'hidden', inliers, view, hidden)]).toEqual([2, 4]);
  });

  it('hides nothing where no such view was run, or but one', () => {
    expect(hiddenColumn(matches, [])).toBeNull();
    expect(hiddenColumn(matches, ['turn-90'])).toBeNull();
    const one = { view: new Uint8Array(6), settings: { views: ['original'] } } as const;
    expect(hiddenColumn(one, ['original'])).toBeNull();
  });
});

describe('listMatches', () => {
  it('lists the indices of one visibility, rising', () => {
    expect([...listMatches(6, 'dimmed', inliers, { inliers: 'shown', outliers: 'dimmed' }, null)]).toEqual([
      1, 3,
    ]);
    expect([...listMatches(6, 'shown', inliers, { inliers: 'shown', outliers: 'dimmed' }, null)]).toEqual([
      0, 2, 4, 5,
    ]);
  });
});

describe('stepMatch', () => {
  const isHidden = (index: number) => inliers[index] === 0;

  it('goes through the drawn matches and round the ends', () => {
    expect(stepMatch(null, 1, 6, isHidden)).toBe(0);
    expect(stepMatch(0, 1, 6, isHidden)).toBe(2);
    expect(stepMatch(5, 1, 6, isHidden)).toBe(0);
    expect(stepMatch(0, -1, 6, isHidden)).toBe(5);
    expect(stepMatch(null, -1, 6, isHidden)).toBe(5);
  });

  it('starts inside again when the current one is no longer drawn', () => {
    expect(stepMatch(5, 1, 3, isHidden)).toBe(0);
    expect(stepMatch(5, -1, 3, isHidden)).toBe(2);
  });

  it('is null when nothing is drawn', () => {
    expect(stepMatch(null, 1, 0, isHidden)).toBeNull();
    expect(stepMatch(2, 1, 6, () => true)).toBeNull();
  });
});
