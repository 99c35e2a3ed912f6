/** Every matcher, by the id that settings, weights and match files name it with. */
import type { NamedTensors } from '../checkpoint/namedTensors.ts';
import type { Runtime } from '../runtime/session.ts';
import { createDkmMatcher } from './dkm/dkmMatcher.ts';
import { readConfig as readDkmConfig } from './dkm/readConfig.ts';
import type { LoftrOptions } from './loftr/loftrConfig.ts';
import { createLoftrMatcher } from './loftr/loftrMatcher.ts';
import { readConfig as readLoftrConfig } from './loftr/readConfig.ts';

export const matchers = {
  loftr: { label: 'LoFTR', readConfig: readLoftrConfig, create: createLoftrMatcher },
  dkm: {
    label: 'DKM',
    readConfig: (checkpoint: NamedTensors) => readDkmConfig(checkpoint),
    create: (checkpoint: NamedTensors, _options: LoftrOptions | null, runtime: Runtime) =>
      createDkmMatcher(checkpoint, runtime),
  },
} as const;

export type MatcherId = keyof typeof matchers;
