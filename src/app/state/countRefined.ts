/** How many matches the network found, how many of those were refined, and how many came of propagating them. */
import type { PairMatches } from '../../pipeline/pairMatches.ts';

export interface RefinedCounts {
  readonly found: number;
  readonly refined: number;
  /** Null where matches were not to be propagated. */
  readonly propagated: number | null;
}

/** @returns null where matches were not to be refined */
export function countRefined({ refined, propagated }: PairMatches): RefinedCounts | null {
  if (!refined) return null;
  // What was propagated is flagged as refined as well.
  const added = propagated ? countSet(propagated) : null;
  return {
    found: refined.length - (added ?? 0),
    refined: countSet(refined) - (added ?? 0),
    propagated: added,
  };
}

function countSet(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
