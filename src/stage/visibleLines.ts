/**
 * Which matches are drawn. Matches come by falling confidence, so the selection and the maximum number of lines
 * keep a prefix: moving a slider changes one number, not a list.
 */
import { countSelected } from '../pipeline/selectMatches.ts';
import type { StageMatches } from './stageData.ts';
import type { StageView, Visibility } from './stageProps.ts';

export interface LineSelection {
  /** Matches with an index below this are drawn, except the hidden ones. */
  readonly limit: number;
  /** How many of them are shown and how many dimmed. */
  readonly shown: number;
  readonly dimmed: number;
}

/** One byte a match, 1 = of a view that is not to be seen; null where all are. */
export function hiddenColumn(
  { view, settings }: Pick<StageMatches, 'view' | 'settings'>,
  hiddenViews: StageView['hiddenViews'],
): Uint8Array | null {
  if (settings.views.length < 2 || !settings.views.some((id) => hiddenViews.includes(id))) return null;
  const isHidden = settings.views.map((id) => (hiddenViews.includes(id) ? 1 : 0));
  return view.map((index) => isHidden[index]!);
}

/**
 * Without geometry (`inliers` null) every match counts as an inlier.
 *
 * @param hidden see `hiddenColumn`
 */
export function visibilityOf(
  index: number,
  inliers: Uint8Array | null,
  view: Pick<StageView, 'inliers' | 'outliers'>,
  hidden: Uint8Array | null,
): Visibility {
  if (hidden?.[index] === 1) return 'hidden';
  return inliers === null || inliers[index] === 1 ? view.inliers : view.outliers;
}

/** Dimmed lines count towards the maximum, hidden ones do not. */
export function selectLines(
  confidence: Float32Array,
  inliers: Uint8Array | null,
  view: Omit<StageView, 'colourBy' | 'hiddenViews'>,
  hidden: Uint8Array | null,
): LineSelection {
  const selected = countSelected(confidence, view);
  let shown = 0;
  let dimmed = 0;
  let limit = 0;
  while (limit < selected && shown + dimmed < view.maximumLines) {
    const visibility = visibilityOf(limit, inliers, view, hidden);
    if (visibility === 'shown') shown++;
    else if (visibility === 'dimmed') dimmed++;
    limit++;
  }
  return { limit, shown, dimmed };
}

/** The indices of all matches with this visibility, whatever their confidence; ascending. */
export function listMatches(
  count: number,
  visibility: Visibility,
  inliers: Uint8Array | null,
  view: Pick<StageView, 'inliers' | 'outliers'>,
  hidden: Uint8Array | null,
): Uint32Array {
  const indices = new Uint32Array(count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    if (visibilityOf(index, inliers, view, hidden) === visibility) indices[length++] = index;
  }
  return indices.subarray(0, length);
}

/** The next drawn match after `current` in the given direction, round the ends; null when none is drawn. */
export function stepMatch(
  current: number | null,
  direction: 1 | -1,
  limit: number,
  isHidden: (index: number) => boolean,
): number | null {
  let index = current !== null && current < limit ? current : direction === 1 ? -1 : limit;
  for (let tried = 0; tried < limit; tried++) {
    index += direction;
    if (index >= limit) index = 0;
    if (index < 0) index = limit - 1;
    if (!isHidden(index)) return index;
  }
  return null;
}
