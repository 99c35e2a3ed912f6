import { describe, expect, it } from 'vitest';
import { explainUnusableViews, isViewId } from '../augment/views.ts';
import { matchers } from '../matchers/registry.ts';
import { presetOfViews, viewPresetIds, viewsOfPreset } from './viewPresets.ts';

const matcherIds = Object.keys(matchers) as (keyof typeof matchers)[];

describe.each(matcherIds)('presets of %s', (matcher) => {
  it.each(viewPresetIds)('can run at every size, and are told by their views: %s', (preset) => {
    for (const longEdge of [32, 100, 640, 720, 8192]) {
      const views = viewsOfPreset(preset, { matcher, longEdge });
      expect(views.every(isViewId)).toBe(true);
      expect(explainUnusableViews(views)).toBeNull();
      expect(views[0]).toBe('original');
      expect(presetOfViews({ matcher, longEdge, views })).toBe(preset);
    }
  });

  it('grow from one to the next', () => {
    const counts = viewPresetIds.map((preset) => viewsOfPreset(preset, { matcher, longEdge: 640 }).length);
    expect(counts).toEqual([1, 2, expect.any(Number)]);
    expect(counts[2]).toBeGreaterThan(2);
  });

  it('are none where somebody chose views', () => {
    expect(presetOfViews({ matcher, longEdge: 640, views: ['original', 'turn-90'] })).toBeNull();
    expect(presetOfViews({ matcher, longEdge: 640, views: ['flip'] })).toBeNull();
  });
});

it('looks closer in proportion to the long edge', () => {
  expect(viewsOfPreset('balanced', { matcher: 'loftr', longEdge: 640 })).toEqual(['original', 'scale:960']);
  expect(viewsOfPreset('balanced', { matcher: 'loftr', longEdge: 500 })).toEqual(['original', 'scale:752']);
  expect(presetOfViews({ matcher: 'loftr', longEdge: 500, views: ['original', 'scale:960'] })).toBeNull();
});
