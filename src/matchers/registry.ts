/** Every matcher, by the id that settings, weights and match files name it with. */
import { createLoftrMatcher } from './loftr/loftrMatcher.ts';

export const matchers = {
  loftr: { label: 'LoFTR', create: createLoftrMatcher },
} as const;

export type MatcherId = keyof typeof matchers;
