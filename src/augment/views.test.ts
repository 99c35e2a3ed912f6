import { describe, expect, it } from 'vitest';
import { describeView, explainUnusableViews, fixedViewIds, isViewId, longEdgeOfView } from './views.ts';

describe('isViewId', () => {
  it.each([...fixedViewIds, 'scale:32', 'scale:840', 'scale:8192'])('knows %s', (id) => {
    expect(isViewId(id)).toBe(true);
  });

  it.each([
    '',
    'Original',
    'upside',
    'turn-45',
    'scale',
    'scale:',
    'scale:31',
    'scale:8193',
    'scale:064',
    'scale:1e3',
    'flip ',
  ])('refuses "%s"', (id) => {
    expect(isViewId(id)).toBe(false);
  });
});

it('reads the long edge of a scale and of nothing else', () => {
  expect(longEdgeOfView('scale:960')).toBe(960);
  for (const id of fixedViewIds) expect(longEdgeOfView(id)).toBeNull();
  expect(describeView('scale:960').label).toBe('At 960 px');
  expect(describeView('flip').label).toBe('Mirrored');
});

describe('explainUnusableViews', () => {
  it('lets lists that make sense pass', () => {
    expect(explainUnusableViews(['original'])).toBeNull();
    expect(explainUnusableViews(['flip', 'scale:640', 'scale:960', 'shared-region'])).toBeNull();
  });

  it.each([
    [[], /At least one view/],
    [['original', 'flip', 'original'], /original is named twice/],
    [['shared-region', 'original'], /shared-region .* name one before it/],
    [['aligned', 'original'], /aligned .* name one before it/],
    [Array.from({ length: 33 }, (_, k) => `scale:${100 + k}` as const), /At most 32/],
  ] as const)('says what is wrong with %j', (views, sentence) => {
    expect(explainUnusableViews(views)).toMatch(sentence);
  });
});
