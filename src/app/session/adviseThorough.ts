/** Whether to offer a run that also turns the second photo: to the networks, photos a quarter turn apart share nothing. */
import { isTurn, type PairMatches } from '../../pipeline/pairMatches.ts';
import { viewPresets } from '../../pipeline/viewPresets.ts';
import type { NoticeRemedy } from '../state/appState.ts';
import { countRefined } from '../state/countRefined.ts';

/** Photos without texture have fewer, however they are turned. */
const ENOUGH_FOUND = 100;
/** Of matches refined in the network's own places: pairs that can be matched have more, box of kusvod2, turned, has none. */
const FEW_REFINED = 20;

export interface ThoroughAdvice {
  readonly message: string;
  readonly remedy: NoticeRemedy;
}

/** @returns null where the matches hold together, where they are few or not refined, and where turns were tried */
export function adviseThorough(matches: PairMatches): ThoroughAdvice | null {
  if (matches.settings.views.some(isTurn)) return null;
  const counts = countRefined(matches);
  if (!counts || counts.found < ENOUGH_FOUND || counts.refined >= FEW_REFINED) return null;
  return {
    message:
      'Hardly any match looks alike in both photos: if one of them is turned, run “Thorough”, which also turns the second.',
    remedy: { views: viewPresets.thorough.views },
  };
}
