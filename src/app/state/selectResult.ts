/**
 * Questions about the state that more than one part of the page asks. A result belongs to its two photos in
 * their order: the network is not symmetric, so after a swap the result is put away, not mirrored, and comes
 * back when the photos are swapped back.
 */

import type { Cameras } from '../../estimators/estimator.ts';
import type { PairDense } from '../../pipeline/pairDense.ts';
import { canDrawAgain, samePreprocessing } from '../../pipeline/pairMatches.ts';
import type { PhotoIdentity } from '../../pipeline/pairResult.ts';
import { formatBytes } from '../describe.ts';
import type { AppState, EstimateResult, LoadedPhoto, MatchResult, Pair } from './appState.ts';
import { wantedEstimation } from './wantedEstimation.ts';

export function bothPhotos(state: Pick<AppState, 'photos'>): Pair<LoadedPhoto> | null {
  const [{ photo: photo0 }, { photo: photo1 }] = state.photos;
  return photo0 && photo1 ? [photo0, photo1] : null;
}

export function samePhotos(photos: Pair<PhotoIdentity>, loaded: Pair<LoadedPhoto> | null): boolean {
  return (
    loaded !== null &&
    photos.every((photo, side) => photo.sha256 === loaded[side === 0 ? 0 : 1].description.sha256)
  );
}

/** The result that belongs to the photos on the page, else null. */
export function currentResult(state: AppState): MatchResult | null {
  const { result } = state;
  return result && samePhotos(result.photos, bothPhotos(state)) ? result : null;
}

/** The match of every point, where the current result has it. */
export function currentDense(state: AppState): PairDense | null {
  return currentResult(state)?.matches.dense ?? null;
}

/**
 * True while the dense matches at hand are to be sampled in another number. Those of several views are not at hand:
 * they take another run.
 */
export function samplesAreDue(state: AppState): boolean {
  const { matcher, samples } = state.matcher.settings;
  const made = currentResult(state)?.matches;
  if (made?.dense === undefined || !canDrawAgain(made.settings)) return false;
  return made.settings.matcher === matcher && made.settings.samples !== samples;
}

/** The latest geometry of the current result, made with the present settings or earlier ones. */
export function currentEstimate(state: AppState): EstimateResult | null {
  const result = currentResult(state);
  return result && state.estimate?.resultId === result.id ? state.estimate : null;
}

/** True while the shown geometry was made with settings other than the present ones. */
export function estimateIsOutdated(state: AppState): boolean {
  const estimate = currentEstimate(state);
  return (
    estimate !== null &&
    (estimate.selection.minimumConfidence !== state.view.minimumConfidence ||
      estimate.selection.maximumMatches !== state.view.maximumMatches ||
      !sameEstimation(estimate.settings, wantedEstimation(state)))
  );
}

function sameEstimation(a: EstimateResult['settings'], b: EstimateResult['settings']): boolean {
  return (
    a.model === b.model &&
    a.method === b.method &&
    a.thresholdPx === b.thresholdPx &&
    a.confidence === b.confidence &&
    a.maxIterations === b.maxIterations &&
    a.seed === b.seed &&
    sameCameras(a.cameras, b.cameras)
  );
}

function sameCameras(a: Cameras | undefined, b: Cameras | undefined): boolean {
  if (!a || !b) return a === b;
  return a.every((camera, side) => {
    const { focalPx, principalPoint } = b[side === 0 ? 0 : 1];
    return camera.focalPx === focalPx && camera.principalPoint.join() === principalPoint.join();
  });
}

/**
 * True when another run would be made with another matcher, other weights, another size, other preprocessing, another
 * refinement or another provider; matches of one view that are not refined are sampled again without one.
 */
export function resultIsOutdated(state: AppState): boolean {
  const result = currentResult(state);
  if (result?.source.kind !== 'run') return false;
  const { weightsId, settings, provider } = state.matcher;
  const made = result.matches;
  return (
    made.weights.id !== weightsId ||
    made.settings.matcher !== settings.matcher ||
    made.settings.longEdge !== settings.longEdge ||
    !samePreprocessing(made.settings.preprocessing, settings.preprocessing) ||
    made.settings.views.join() !== settings.views.join() ||
    made.settings.refinement !== settings.refinement ||
    (!canDrawAgain(made.settings) && made.settings.samples !== settings.samples) ||
    (provider !== 'auto' && provider !== made.provider)
  );
}

export function selectedWeights(state: AppState) {
  return state.matcher.weights.find(({ id }) => id === state.matcher.weightsId) ?? null;
}

/** Why the chosen matcher cannot run yet, and what to do; null when nothing but photos may be missing. */
export function missingWeights(state: AppState): string | null {
  const { matcher } = state.matcher.settings;
  const selected = selectedWeights(state);
  if (matcher === 'loftr' || selected?.state !== 'remote') return null;
  return `${selected.label} is not on this device yet: download it (${formatBytes(selected.bytes)}), import its file or choose DKM compact.`;
}
