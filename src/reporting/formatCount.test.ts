import { expect, it } from 'vitest';
import { formatCount } from './formatCount.ts';

it('groups thousands', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
});
