/** Long work in slices: between two of them messages come through, and it may be cancelled. */
import { yieldToMessages } from '../runtime/yieldToMessages.ts';

export interface RefinementContext {
  readonly signal: AbortSignal;
  /** Share done, from 0 to 1. */
  readonly report: (fraction: number) => void;
}

const LONGEST_SLICE_MS = 50;
/** Pieces of work between looks at the clock. */
const BATCH = 64;

/**
 * @returns to be called after every piece of work, with the share done
 * @throws the signal's abort reason, between slices
 */
export function createBreaks({
  signal,
  report,
}: RefinementContext): (fraction: number) => Promise<void> | undefined {
  let sliceStart = performance.now();
  let pieces = 0;
  return (fraction) => {
    if (++pieces % BATCH !== 0 || performance.now() - sliceStart <= LONGEST_SLICE_MS) return undefined;
    report(fraction);
    return yieldToMessages().then(() => {
      signal.throwIfAborted();
      sliceStart = performance.now();
    });
  };
}
