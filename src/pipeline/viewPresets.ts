/** How much time a run spends on looking again: the views of each preset, in one place for page and terminal. */
import type { ViewId } from '../augment/views.ts';
import type { MatchSettings } from './pairMatches.ts';

export const viewPresets = {
  fast: { label: 'Fast', description: 'One look at the photos as they are.' },
  balanced: { label: 'Balanced', description: 'A second look at what the photos share.' },
  thorough: { label: 'Thorough', description: 'Several looks, for hard pairs and the best geometry.' },
} as const;

export type ViewPreset = keyof typeof viewPresets;

export const viewPresetIds = Object.keys(viewPresets) as readonly ViewPreset[];

export function viewsOfPreset(preset: ViewPreset): readonly ViewId[] {
  switch (preset) {
    case 'fast':
      return ['original'];
    case 'balanced':
      return ['original', 'shared-region'];
    case 'thorough':
      return ['original', 'swap', 'flip', 'shared-region'];
  }
}

/** The preset that these settings' views are, else null. */
export function presetOfViews({ views }: Pick<MatchSettings, 'views'>): ViewPreset | null {
  return viewPresetIds.find((preset) => viewsOfPreset(preset).join() === views.join()) ?? null;
}
