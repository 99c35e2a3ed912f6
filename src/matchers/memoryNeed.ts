/** What the sessions of a match take together, from what each of their graphs takes. */
import type { GraphMemory } from '../onnx/measureMemory.ts';
import type { MemoryNeed } from './matcher.ts';

export interface SessionMemory {
  readonly memory: GraphMemory;
  /** Whether the session gives back what it needed on the way once it has run (see `SessionOptions`). */
  readonly frugal: boolean;
}

/** @param heldBytes of tensors that stand beside the sessions, such as features */
export function memoryNeed(sessions: readonly SessionMemory[], heldBytes: number): MemoryNeed {
  let total = heldBytes;
  let largestFrugal = 0;
  for (const { memory, frugal } of sessions) {
    total += memory.constantBytes;
    if (frugal) largestFrugal = Math.max(largestFrugal, memory.peakBytes);
    else total += memory.peakBytes;
  }
  return {
    largestBufferBytes: Math.max(...sessions.map(({ memory }) => memory.largestBytes)),
    totalBytes: total + largestFrugal,
  };
}
