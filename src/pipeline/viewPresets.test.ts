import { expect, it } from 'vitest';
import { explainUnusableViews, fixedViewIds, isViewId } from '../augment/views.ts';
import { presetOfViews, viewPresetIds, viewPresets } from './viewPresets.ts';

it.each(viewPresetIds)('can run, and is told by its views: %s', (preset) => {
  const { views } = viewPresets[preset];
  expect(views.every(isViewId)).toBe(true);
  expect(explainUnusableViews(views)).toBeNull();
  expect(presetOfViews(views)).toBe(preset);
});

it('adds views from one preset to the next', () => {
  viewPresetIds.slice(1).forEach((preset, k) => {
    const views: readonly string[] = viewPresets[preset].views;
    const former = viewPresets[viewPresetIds[k]!].views;
    expect(views).toEqual(expect.arrayContaining([...former]));
    expect(views.length).toBeGreaterThan(former.length);
  });
});

it.each(viewPresetIds)('has its views in the order that the page keeps them in: %s', (preset) => {
  const views: readonly string[] = viewPresets[preset].views;
  expect(fixedViewIds.filter((view) => views.includes(view))).toEqual(views);
});

it('is no preset where somebody chose views', () => {
  expect(presetOfViews(['original', 'turn-90'])).toBeNull();
  expect(presetOfViews(['flip'])).toBeNull();
});
