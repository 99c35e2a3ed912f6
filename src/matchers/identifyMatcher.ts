/** Which network a checkpoint holds, by the names of its tensors: the one place where that is decided. */
import type { NamedTensors } from '../checkpoint/namedTensors.ts';
import type { MatcherId } from './registry.ts';

/**
 * The likeliest matcher, which then reads the tensors and refuses those that are not its own with the name of
 * what is missing.
 */
export function identifyMatcher({ tensors }: NamedTensors): MatcherId {
  for (const name of tensors.keys()) {
    if (name.startsWith('encoder.') || name.startsWith('decoder.')) return 'dkm';
  }
  return 'loftr';
}
