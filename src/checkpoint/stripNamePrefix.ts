/**
 * Brings tensor names to those of the network itself: training wrappers put `module.` (DataParallel), `model.`
 * or `matcher.` (the authors' Lightning module) in front of all of them.
 */

import type { CheckpointTensor, NamedTensors } from './namedTensors.ts';

const WRAPPER_PREFIXES = ['module.', 'model.', 'matcher.'];

/** A prefix that more than half of the tensors carry is taken off those, and again while there is one. */
export function stripNamePrefix(named: NamedTensors): NamedTensors {
  for (const prefix of WRAPPER_PREFIXES) {
    const names = [...named.tensors.keys()];
    const prefixed = names.filter((name) => name.startsWith(prefix));
    if (prefixed.length * 2 <= names.length) continue;
    // Losing a tensor to another of the same name would be worse than a prefix.
    if (prefixed.some((name) => named.tensors.has(name.slice(prefix.length)))) continue;
    const tensors = new Map<string, CheckpointTensor>();
    for (const [name, tensor] of named.tensors) {
      const stripped = name.startsWith(prefix) ? name.slice(prefix.length) : name;
      tensors.set(stripped, { ...tensor, name: stripped });
    }
    return stripNamePrefix({ ...named, tensors });
  }
  return named;
}
