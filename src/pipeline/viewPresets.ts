/** How much time a run spends on looking again: the views of each preset, in one place for page and terminal. */
import type { ViewId } from '../augment/views.ts';

interface ViewPresetEntry {
  readonly label: string;
  readonly description: string;
  readonly views: readonly ViewId[];
}

/** Only what earned its time: bench/accuracy has the sets of pairs, and what did not. */
export const viewPresets = {
  fast: { label: 'Fast', description: 'One look at the photos as they are.', views: ['original'] },
  balanced: {
    label: 'Balanced',
    description: 'Another look with the second photo warped to lie as the first.',
    views: ['original', 'aligned'],
  },
  thorough: {
    label: 'Thorough',
    description: 'The photos laid on one another, the same mirrored, and a closer look at what they share.',
    views: ['original', 'aligned', 'flip', 'shared-region'],
  },
} as const satisfies Record<string, ViewPresetEntry>;

export type ViewPreset = keyof typeof viewPresets;

export const viewPresetIds = Object.keys(viewPresets) as readonly ViewPreset[];

/** The preset that has these views, else null. */
export function presetOfViews(views: readonly ViewId[]): ViewPreset | null {
  return viewPresetIds.find((preset) => viewPresets[preset].views.join() === views.join()) ?? null;
}
