/**
 * Every view of the test-time augmentation, by the id that settings and match files name it with. A view shows
 * both photos to the matcher in another way and undoes exactly that in what comes back; matchers know nothing of
 * it, and a view knows nothing of matchers.
 */
import { type Framing, upright } from './framing.ts';

/** How a view shows the two photos. */
export interface ViewPlan {
  readonly framings: readonly [Framing, Framing];
  /** Of the network input, in pixels. */
  readonly longEdge: number;
  /** The long edge that each photo is shown at, as a multiple of `longEdge`, at most 1. */
  readonly scales: readonly [number, number];
  /** The second photo takes the place of the first. */
  readonly swapped: boolean;
  /** Of the matches that the settings ask for, how many are drawn from a matcher that matches every point. */
  readonly sampleShare: number;
}

type SoughtPlan = 'best-turn' | 'aligned' | 'shared-region';

interface ViewEntry {
  readonly label: string;
  readonly description: string;
  /**
   * What to show; of views that first look for it, what they look for: the better turn of the second photo, a homography to
   * warp it by, or what the views before found in common.
   */
  readonly shows: Partial<Pick<ViewPlan, 'framings' | 'swapped'>> | SoughtPlan;
}

const mirrored: Framing = { ...upright, mirrored: true };

/** In the order that they run in: what finds a turn or a warp before those that keep it, the shared region after what it is read off. */
const fixedViews = {
  original: { label: 'Original', description: 'Both photos as they are.', shows: {} },
  'turn-automatic': {
    label: 'Best turn',
    description: 'The second photo turned as suits best at a small size, which the views after it keep.',
    shows: 'best-turn',
  },
  aligned: {
    label: 'Aligned',
    description:
      'The second photo warped to lie as the first, by a homography of the views before or else of small looks at other turns and sizes, which the views after it keep.',
    shows: 'aligned',
  },
  swap: {
    label: 'Swapped',
    description: 'The second photo first: a network need not be symmetric.',
    shows: { swapped: true },
  },
  flip: {
    label: 'Mirrored',
    description: 'Both photos mirrored left to right.',
    shows: { framings: [mirrored, mirrored] },
  },
  'turn-90': {
    label: 'Turned by 90°',
    description: 'The second photo turned clockwise by 90°.',
    shows: { framings: [upright, { ...upright, quarterTurns: 1 }] },
  },
  'turn-180': {
    label: 'Turned by 180°',
    description: 'The second photo turned by 180°.',
    shows: { framings: [upright, { ...upright, quarterTurns: 2 }] },
  },
  'turn-270': {
    label: 'Turned by 270°',
    description: 'The second photo turned clockwise by 270°.',
    shows: { framings: [upright, { ...upright, quarterTurns: 3 }] },
  },
  'shared-region': {
    label: 'Shared region',
    description: 'Both photos cropped to what the views before found in common, at a higher resolution.',
    shows: 'shared-region',
  },
} as const satisfies Record<string, ViewEntry>;

type FixedViewId = keyof typeof fixedViews;

/** `scale:N` has a long edge of N pixels instead of the setting's. */
export type ViewId = FixedViewId | `scale:${number}`;

export const fixedViewIds = Object.keys(fixedViews) as readonly ViewId[];

/** For `scale:N`, as wide as what the setting itself may be. */
export const scaleLimits = { least: 32, most: 8192 } as const;

/** Which turn is best shows at a quarter of the pixels. */
export const TURN_LOOK_SCALE = 0.5;

/** Indices of views are bits of one number where matches are merged. */
const MOST_VIEWS = 32;

/** The form of an id, for schemas. */
export const viewIdPattern = new RegExp(`^(${fixedViewIds.join('|')}|scale:[1-9][0-9]{1,3})$`);

export function isViewId(text: string): text is ViewId {
  if (!viewIdPattern.test(text)) return false;
  const longEdge = longEdgeOfView(text as ViewId);
  return longEdge === null || (longEdge >= scaleLimits.least && longEdge <= scaleLimits.most);
}

/** In input pixels; null for the views that keep the setting's. */
export function longEdgeOfView(view: ViewId): number | null {
  return view.startsWith('scale:') ? Number(view.slice('scale:'.length)) : null;
}

/** Both photos as they are. */
export function plainPlan(longEdge: number): ViewPlan {
  return { framings: [upright, upright], longEdge, scales: [1, 1], swapped: false, sampleShare: 1 };
}

/** @param longEdge of the settings */
export function planView(view: ViewId, longEdge: number): ViewPlan | SoughtPlan {
  const own = longEdgeOfView(view);
  if (own !== null) return plainPlan(own);
  const { shows }: ViewEntry = fixedViews[view as FixedViewId];
  return typeof shows === 'string' ? shows : { ...plainPlan(longEdge), ...shows };
}

/** Whether a view shows the second photo upright whatever turn suits it better. */
export function hasOwnTurn(view: ViewId): boolean {
  return view === 'original' || isTurn(view);
}

/** Whether a view turns the second photo, or looks for the turn that suits it. */
export function isTurn(view: ViewId): boolean {
  return view.startsWith('turn-');
}

/** Whether a view is made of what the views before it found. */
export function readsOthers(view: ViewId): boolean {
  return view === 'aligned' || view === 'shared-region';
}

/** How long a view takes, roughly, as a multiple of the original. */
export function relativeCost(view: ViewId, longEdge: number): number {
  const plan = planView(view, longEdge);
  if (plan === 'best-turn') return 1 + 4 * TURN_LOOK_SCALE ** 2;
  // The homography and the warp take a fifth of a look; a search, where it is needed, two looks or three besides.
  if (plan === 'aligned') return 1.2;
  // Three times the pixels, compared each with each.
  if (plan === 'shared-region') return 4;
  return (plan.longEdge / longEdge) ** 2;
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
  if (views.length > MOST_VIEWS) {
    return `At most ${MOST_VIEWS} views run together, and ${views.length} are named.`;
  }
  if (readsOthers(views[0]!)) {
    return `The view ${views[0]} needs the matches of another: name one before it, such as original.`;
  }
  return null;
}
