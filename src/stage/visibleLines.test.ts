import { describe, expect, it } from 'vitest';
import { listMatches, selectLines, stepMatch, visibilityOf } from './visibleLines.ts';

const confidence = new Float32Array([0.9, 0.8, 0.8, 0.5, 0.2, 0.1]);
const inliers = new Uint8Array([1, 0, 1, 0, 1, 1]);
const view = { inliers: 'shown', outliers: 'shown', minimumConfidence: 0, maximumLines: 100 } as const;

describe('selectLines', () => {
  it('selects a prefix by confidence', () => {
    expect(selectLines(confidence, inliers, { ...view, minimumConfidence: 0.5 })).toEqual({
      limit: 4,
      shown: 4,
      dimmed: 0,
    });
  });

  it('counts dimmed lines towards the maximum and hidden ones not', () => {
    expect(selectLines(confidence, inliers, { ...view, outliers: 'dimmed', maximumLines: 3 })).toEqual({
      limit: 3,
      shown: 2,
      dimmed: 1,
    });
    expect(selectLines(confidence, inliers, { ...view, outliers: 'hidden', maximumLines: 3 })).toEqual({
      limit: 5,
      shown: 3,
      dimmed: 0,
    });
  });

  it('takes every match for an inlier while there is no geometry', () => {
    expect(selectLines(confidence, null, { ...view, outliers: 'hidden' }).shown).toBe(6);
    expect(visibilityOf(1, null, { inliers: 'dimmed', outliers: 'hidden' })).toBe('dimmed');
  });
});

describe('listMatches', () => {
  it('lists the indices of one visibility, rising', () => {
    expect([...listMatches(6, 'dimmed', inliers, { inliers: 'shown', outliers: 'dimmed' })]).toEqual([1, 3]);
    expect([...listMatches(6, 'shown', inliers, { inliers: 'shown', outliers: 'dimmed' })]).toEqual([
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
