/** The way from weights to a matcher, whichever network they hold. */
import type { NamedTensors } from '../checkpoint/namedTensors.ts';
import type { Runtime } from '../runtime/session.ts';
import { guardMemory } from './guardMemory.ts';
import type { LoftrOptions } from './loftr/loftrConfig.ts';
import type { Matcher } from './matcher.ts';
import { type MatcherId, matchers } from './registry.ts';

/**
 * @param options what the file's metadata do not say; null where they say it all
 * @returns a matcher that refuses sizes its runtime cannot hold
 * @throws CovisError `other-network`, `missing-tensor`, `wrong-shape`, `bad-config` or `options-missing`
 */
export function createMatcher(
  id: MatcherId,
  checkpoint: NamedTensors,
  options: LoftrOptions | null,
  runtime: Runtime,
): Matcher {
  return guardMemory(matchers[id].create(checkpoint, options, runtime), runtime.limits);
}

/** Throws what `createMatcher` would throw, without a runtime. */
export function checkWeights(id: MatcherId, checkpoint: NamedTensors, options: LoftrOptions | null): void {
  matchers[id].readConfig(checkpoint, options);
}
