/** How much time a run spends on looking again: the views of each preset, in one place for page and terminal. */
import type { ViewId } from '../augment/views.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { MatchSettings } from './pairMatches.ts';

export const viewPresets = {
  fast: { label: 'Fast', description: 'One look at the photos as they are.' },
  balanced: { label: 'Balanced', description: 'A second, closer look at what they share.' },
  thorough: { label: 'Thorough', description: 'Several looks, for hard pairs and for the best geometry.' },
} as const;

export type ViewPreset = keyof typeof viewPresets;

export const viewPresetIds = Object.keys(viewPresets) as readonly ViewPreset[];

/** DKM matches both ways at once: swapping its photos shows it nothing new. */
const thoroughViews: Readonly<Record<MatcherId, readonly ViewId[]>> = {
  loftr: ['original', 'swap', 'flip', 'shared-region'],
  dkm: ['original', 'flip', 'shared-region'],
};

export function viewsOfPreset(preset: ViewPreset, matcher: MatcherId): readonly ViewId[] {
  switch (preset) {
    case 'fast':
      return ['original'];
    case 'balanced':
      return ['original', 'shared-region'];
    case 'thorough':
      return thoroughViews[matcher];
  }
}

/** The preset that these settings' views are, else null. */
export function presetOfViews({
  matcher,
  views,
}: Pick<MatchSettings, 'matcher' | 'views'>): ViewPreset | null {
  return viewPresetIds.find((preset) => viewsOfPreset(preset, matcher).join() === views.join()) ?? null;
}
