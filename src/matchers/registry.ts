/** Every matcher, by the id that settings, weights and match files name it with. */
import { createLoftrMatcher } from './loftr/loftrMatcher.ts';
import { readConfig } from './loftr/readConfig.ts';

export const matchers = {
  loftr: { label: 'LoFTR', create: createLoftrMatcher, check: readConfig },
} as const;

export type MatcherId = keyof typeof matchers;
