/** How much time a run spends on looking again: the views of each preset, in one place for page and terminal. */
import { scaleLimits, type ViewId } from '../augment/views.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { MatchSettings } from './pairMatches.ts';

export const viewPresets = {
  fast: { label: 'Fast', description: 'One look at the photos as they are.' },
  balanced: { label: 'Balanced', description: 'A second, closer look.' },
  thorough: { label: 'Thorough', description: 'Several looks, for hard pairs and for the best geometry.' },
} as const;

export type ViewPreset = keyof typeof viewPresets;

export const viewPresetIds = Object.keys(viewPresets) as readonly ViewPreset[];

type PresetSettings = Pick<MatchSettings, 'matcher' | 'longEdge'>;

/** Sizes of further looks as multiples of the long edge; a closer one brings more than any other view does. */
const CLOSER = 1.5;
const COARSER = 0.75;

/**
 * Only what earned its time: bench/accuracy says what did not. A shared region that no size before saw nearly as
 * closely is worth a look of its own; where there is none, it costs nothing. DKM looks closer by itself, in its
 * second pass, and both ways at once, so that swapped photos would show it nothing new.
 */
const views: Readonly<Record<MatcherId, (longEdge: number) => Record<ViewPreset, readonly ViewId[]>>> = {
  loftr: (longEdge) => {
    const [coarser, closer] = [sizeView(COARSER * longEdge), sizeView(CLOSER * longEdge)];
    return {
      fast: ['original'],
      balanced: ['original', closer],
      thorough: ['original', coarser, closer, 'shared-region'],
    };
  },
  dkm: () => ({
    fast: ['original'],
    balanced: ['original', 'shared-region'],
    thorough: ['original', 'flip', 'shared-region'],
  }),
};

function sizeView(longEdge: number): ViewId {
  const { least, most } = scaleLimits;
  return `scale:${Math.min(Math.max(Math.round(longEdge / 8) * 8, least), most)}`;
}

export function viewsOfPreset(preset: ViewPreset, { matcher, longEdge }: PresetSettings): readonly ViewId[] {
  return views[matcher](longEdge)[preset];
}

/** The preset that these settings' views are, else null. */
export function presetOfViews(settings: PresetSettings & Pick<MatchSettings, 'views'>): ViewPreset | null {
  const same = (preset: ViewPreset) => viewsOfPreset(preset, settings).join() === settings.views.join();
  return viewPresetIds.find(same) ?? null;
}
