/** What the photos can be warped into each other by, and what of it the stage shows. */
import type { PairDense } from '../../pipeline/pairDense.ts';
import type { HomographyRelation } from '../../stage/stageData.ts';
import type { DenseView } from '../../stage/stageProps.ts';
import type { AppState, WarpedPhotos } from './appState.ts';
import { currentDense, currentResult } from './selectResult.ts';
import { stageGeometry } from './stageGeometry.ts';

/** The match of every point where the current result has it, else a homography of its matches. */
export function warpSource(state: AppState): PairDense | HomographyRelation | null {
  const dense = currentDense(state);
  if (dense) return dense;
  const relation = stageGeometry(state)?.relation;
  return relation?.kind === 'homography' ? relation : null;
}

export function isHomography(source: PairDense | HomographyRelation): source is HomographyRelation {
  return 'kind' in source;
}

/** The warped photos at hand; those by an earlier homography of the same matches stay until the next are made. */
export function currentWarp(state: AppState): WarpedPhotos | null {
  const { warped } = state;
  const source = warpSource(state);
  if (!warped || !source) return null;
  if (warped.source === source) return warped;
  const isEarlier = isHomography(warped.source) && isHomography(source);
  return isEarlier && warped.resultId === currentResult(state)?.id ? warped : null;
}

/** Which views the current result has besides its lines. */
export function shownModes(state: AppState): readonly DenseView['mode'][] {
  const source = warpSource(state);
  if (!source) return ['matches'];
  return isHomography(source) ? ['matches', 'warp'] : ['matches', 'certainty', 'warp'];
}

export function shownMode(state: AppState): DenseView['mode'] {
  const { mode } = state.denseView;
  return shownModes(state).includes(mode) ? mode : 'matches';
}
