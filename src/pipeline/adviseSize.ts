/**
 * What to choose where a view does not fit into memory. The view knows its own size in input pixels; a person chooses
 * the long edge of the whole run, of which it may be a multiple, or the size of the view itself.
 */
import { longEdgeOfView, readsOthers, type ViewId, type ViewPlan } from '../augment/views.ts';
import type { Matcher, SizeAdvice } from '../matchers/matcher.ts';
import type { MatchSettings } from './pairMatches.ts';

interface ViewOfPair {
  readonly view: ViewId;
  readonly plan: ViewPlan;
  readonly matcher: Matcher;
  readonly settings: MatchSettings;
}

/** @param fitting the long edge that the view's inputs may have, in input pixels */
export function adviseSize({ view, plan, matcher, settings }: ViewOfPair, fitting: number): SizeAdvice {
  const hasOwnSize = (other: ViewId) => longEdgeOfView(other) !== null;
  const own = longEdgeOfView(view);
  if (own !== null) {
    // Of aligned photos a view shows what they share, whose long edge may be longer.
    const size = Math.floor((fitting * own) / plan.longEdge);
    return { words: `choose ${size} as the size of this view and run again`, remedy: null };
  }
  if (readsOthers(view) && settings.views.some(hasOwnSize)) {
    return { words: 'choose smaller sizes for the views before and run again', remedy: null };
  }
  const { multipleOf } = matcher.requirements;
  const { longEdge: present } = settings;
  const longEdge = Math.floor((fitting * present) / plan.longEdge / multipleOf) * multipleOf;
  if (longEdge === 0) return { words: 'leave this view out', remedy: null };
  const words =
    plan.longEdge === present
      ? `choose ${longEdge} and run again`
      : `leave this view out, or choose a long edge of ${longEdge} instead of ${present} and run again`;
  return { words, remedy: { longEdge } };
}
