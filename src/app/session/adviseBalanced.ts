/**
 * Whether to offer a run that also looks at other turns and sizes: to the networks, photos a quarter turn apart share
 * nothing, nor do those of which one shows everything three times as large.
 */
import { isTurn, type PairMatches } from '../../pipeline/pairMatches.ts';
import { viewPresets } from '../../pipeline/viewPresets.ts';
import type { NoticeRemedy } from '../state/appState.ts';
import { countRefined } from '../state/countRefined.ts';

/** Photos without texture have fewer, however they are turned. */
const ENOUGH_FOUND = 100;
/** Of matches refined in the network's own places: pairs that can be matched have more, box of kusvod2, turned, has none. */
const FEW_REFINED = 20;

export interface BalancedAdvice {
  readonly message: string;
  readonly remedy: NoticeRemedy;
}

/** @returns null where the matches hold together, where they are few or not refined, and where other looks were tried */
export function adviseBalanced(matches: PairMatches): BalancedAdvice | null {
  if (matches.settings.views.some((view) => view === 'aligned' || isTurn(view))) return null;
  const counts = countRefined(matches);
  if (!counts || counts.found < ENOUGH_FOUND || counts.refined >= FEW_REFINED) return null;
  return {
    message:
      'Hardly any match looks alike in both photos: if one of them is turned or shows things much larger, run “Balanced”, which looks for that.',
    remedy: { views: viewPresets.balanced.views },
  };
}
