/** How many matches the current result has, has left after each step of the selection, and has on the stage. */
import { countConfident, countSelected } from '../../pipeline/selectMatches.ts';
import { hiddenColumn, selectLines } from '../../stage/visibleLines.ts';
import type { AppState, EstimateResult, MatchResult } from './appState.ts';
import { remember } from './remember.ts';
import { currentEstimate, currentResult } from './selectResult.ts';

export interface MatchCounts {
  readonly all: number;
  readonly confident: number;
  /** Of those, with the maximum number of matches. */
  readonly selected: number;
  readonly drawn: number;
}

export function countMatches(state: AppState): MatchCounts | null {
  const result = currentResult(state);
  return result && counted(result, inlierColumn(state), state.view);
}

const counted = remember(
  (result: MatchResult, inliers: Uint8Array | null, view: AppState['view']): MatchCounts => {
    const { confidence } = result.matches;
    const hidden = hiddenColumn(result.matches, view.hiddenViews);
    const { shown, dimmed } = selectLines(confidence, inliers, view, hidden);
    return {
      all: confidence.length,
      confident: countConfident(confidence, view.minimumConfidence),
      selected: countSelected(confidence, view),
      drawn: shown + dimmed,
    };
  },
);

/**
 * One byte a match of the current result, 1 = inlier; null while there is no geometry. Matches that were not
 * selected to be estimated from count as outliers.
 */
export function inlierColumn(state: AppState): Uint8Array | null {
  const estimate = currentEstimate(state);
  if (!estimate?.estimation.ok) return null;
  return padded(estimate, currentResult(state)!.matches.confidence.length);
}

const padded = remember((estimate: EstimateResult, length: number): Uint8Array => {
  const column = new Uint8Array(length);
  if (estimate.estimation.ok) column.set(estimate.estimation.inliers);
  return column;
});
