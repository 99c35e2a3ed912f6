import { expect, it } from 'vitest';
import { commandForKey } from './stageKeys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) =>
  commandForKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

it('steps, zooms, pans and fits', () => {
  expect(press('N')).toEqual({ type: 'step', direction: 1 });
  expect(press(',')).toEqual({ type: 'step', direction: -1 });
  expect(press('+')).toEqual(press('='));
  expect(press('0')).toEqual({ type: 'fit' });
  expect(press('ArrowRight')).toMatchObject({ type: 'pan', dx: -64, dy: 0 });
});

it('leaves the browser its own keys', () => {
  expect(press('Tab')).toBeNull();
  expect(press('0', { ctrlKey: true })).toBeNull();
  expect(press('-', { metaKey: true })).toBeNull();
});
