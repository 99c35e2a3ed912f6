import { describe, expect, it } from 'vitest';
import { explainUnusableViews } from '../augment/views.ts';
import { matchers } from '../matchers/registry.ts';
import { presetOfViews, viewPresetIds, viewsOfPreset } from './viewPresets.ts';

const matcherIds = Object.keys(matchers) as (keyof typeof matchers)[];

describe.each(matcherIds)('presets of %s', (matcher) => {
  it.each(viewPresetIds)('can run, and are told by their views: %s', (preset) => {
    const views = viewsOfPreset(preset, matcher);
    expect(explainUnusableViews(views)).toBeNull();
    expect(views[0]).toBe('original');
    expect(presetOfViews({ matcher, views })).toBe(preset);
  });

  it('grow from one to the next', () => {
    const counts = viewPresetIds.map((preset) => viewsOfPreset(preset, matcher).length);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBe(1);
  });

  it('are none where somebody chose views', () => {
    expect(presetOfViews({ matcher, views: ['original', 'turn-90'] })).toBeNull();
    expect(presetOfViews({ matcher, views: ['flip'] })).toBeNull();
  });
});
