/**
 * Every view of the test-time augmentation, by the id that settings and match files name it with. A view shows
 * both photos to the matcher in another way and undoes exactly that in what comes back; matchers know nothing of
 * it, and a view knows nothing of matchers.
 */

const fixedViews = {
  original: { label: 'Original', description: 'Both photos as they are.' },
  swap: { label: 'Swapped', description: 'The second photo first: the network is not symmetric.' },
  flip: { label: 'Mirrored', description: 'Both photos mirrored left to right.' },
  'turn-90': { label: 'Turned by 90°', description: 'The second photo turned clockwise by 90°.' },
  'turn-180': { label: 'Turned by 180°', description: 'The second photo turned by 180°.' },
  'turn-270': { label: 'Turned by 270°', description: 'The second photo turned clockwise by 270°.' },
  'turn-automatic': {
    label: 'Best turn',
    description:
      'The second photo turned the way that a look at small size says; nothing where upright is best.',
  },
  'shared-region': {
    label: 'Shared region',
    description: 'Both photos cropped to what the views before found in common, at a higher resolution.',
  },
} as const;

type FixedViewId = keyof typeof fixedViews;

/** `scale:N` has a long edge of N pixels instead of the setting's. */
export type ViewId = FixedViewId | `scale:${number}`;

export const fixedViewIds = Object.keys(fixedViews) as readonly FixedViewId[];

/** For `scale:N`, as wide as what the setting itself may be. */
export const scaleViewLimits = { least: 32, most: 8192 } as const;

/** What `isViewId` accepts, for schemas. */
export const viewIdPattern = new RegExp(`^(${fixedViewIds.join('|')}|scale:[1-9][0-9]{1,3})$`);

export function isViewId(text: string): text is ViewId {
  if (!viewIdPattern.test(text)) return false;
  const longEdge = longEdgeOfView(text as ViewId);
  return longEdge === null || (longEdge >= scaleViewLimits.least && longEdge <= scaleViewLimits.most);
}

/** In input pixels; null for the views that keep the setting's. */
export function longEdgeOfView(view: ViewId): number | null {
  return view.startsWith('scale:') ? Number(view.slice('scale:'.length)) : null;
}

export interface ViewWords {
  readonly label: string;
  readonly description: string;
}

export function describeView(view: ViewId): ViewWords {
  const longEdge = longEdgeOfView(view);
  if (longEdge === null) return fixedViews[view as FixedViewId];
  return { label: `At ${longEdge} px`, description: `Both photos with a long edge of ${longEdge} pixels.` };
}

/** Why a list of views cannot run, in one sentence; null where it can. */
export function explainUnusableViews(views: readonly ViewId[]): string | null {
  if (views.length === 0) return 'At least one view is needed, such as original.';
  const twice = views.find((view, k) => views.indexOf(view) < k);
  if (twice !== undefined) return `The view ${twice} is named twice: name it once.`;
  if (views.length > 32) return `At most 32 views run together, ${views.length} are named.`;
  if (views[0] === 'shared-region') {
    return 'The view shared-region needs the matches of another view: name one before it, such as original.';
  }
  return null;
}
