/** Every matcher, by the id that settings, weights and match files name it with. */
import { createLoftrMatcher } from './loftr/loftrMatcher.ts';
import { readConfig } from './loftr/readConfig.ts';

export const matchers = {
  loftr: { label: 'LoFTR', readConfig, create: createLoftrMatcher },
} as const;

export type MatcherId = keyof typeof matchers;
