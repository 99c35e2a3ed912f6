/**
 * A read-only view of the page's numbers for the browser tests, as `window.covis`: they assert numbers, not
 * screenshots. Everything is plain data, copied at each call.
 */
import type { EstimationSettings } from '../estimators/estimator.ts';
import type { PhotoDescription } from '../photos/pixelSource.ts';
import type { PairMatches } from '../pipeline/pairMatches.ts';
import type { Progress } from '../reporting/progress.ts';
import type { DenseView, PairStageHandle, StageMarks, StageView } from '../stage/stageProps.ts';
import type { MatcherSlice, Notice, RunPhase } from './state/appState.ts';
import { countMatches, type MatchCounts } from './state/countMatches.ts';
import type { AppStore } from './state/createAppStore.ts';
import {
  currentDense,
  currentEstimate,
  currentResult,
  estimateIsOutdated,
  resultIsOutdated,
} from './state/selectResult.ts';
import { currentWarp, shownMode } from './state/selectWarp.ts';
import { wantedEstimation } from './state/wantedEstimation.ts';

export interface CovisSnapshot {
  readonly photos: readonly [PhotoDescription | null, PhotoDescription | null];
  readonly opening: boolean;
  readonly status: RunPhase;
  readonly progress: Progress | null;
  readonly matcher: Pick<MatcherSlice, 'weights' | 'weightsId' | 'provider' | 'settings' | 'transfer'>;
  readonly view: StageView;
  readonly geometrySettings: EstimationSettings;
  readonly counts: MatchCounts | null;
  /** The matches on the stage; null while there are none for these photos in this order. */
  readonly result:
    | (Pick<
        PairMatches,
        'settings' | 'weights' | 'inputSize' | 'provider' | 'precision' | 'viewReports' | 'timingsMs'
      > & {
        readonly source: 'run' | 'file';
        readonly outdated: boolean;
        readonly providerNote: string | null;
        /** x0, y0, x1, y1, ... in photo pixels. */
        readonly keypoints0: readonly number[];
        readonly keypoints1: readonly number[];
        readonly confidence: readonly number[];
        /** Index into `settings.views`. */
        readonly view: readonly number[];
        readonly support: readonly number[];
      })
    | null;
  /** The match of every point; null where the result has none. */
  readonly dense: {
    readonly mode: DenseView['mode'];
    /** Columns and rows of the warps over both photos; null until a view of them is looked at. */
    readonly grids: readonly (readonly [number, number])[] | null;
    /** Of the warps, the shares of cells with any certainty. */
    readonly certainShares: readonly number[] | null;
  } | null;
  readonly geometry:
    | ({
        readonly outdated: boolean;
        readonly matchCount: number;
        readonly minimumConfidence: number;
        readonly maximumMatches: number;
        readonly settings: EstimationSettings;
        readonly milliseconds: number | null;
      } & (
        | {
            readonly ok: true;
            readonly matrix: readonly number[];
            readonly inliers: readonly number[];
            readonly inlierCount: number;
          }
        | { readonly ok: false; readonly reason: string; readonly message: string }
      ))
    | null;
  /** How each photo is warped into the other, once that is looked at; null where it is not. */
  readonly warp: {
    readonly by: 'dense' | 'homography';
    readonly grids: readonly (readonly [number, number])[];
  } | null;
  /** What the stage draws of the geometry; null while it shows no photos. */
  readonly marks: StageMarks | null;
  readonly waitingFile: string | null;
  readonly notices: readonly Notice[];
}

declare global {
  interface Window {
    /** A fresh copy at each access. */
    readonly covis: CovisSnapshot;
  }
}

type StageReference = { readonly current: Pick<PairStageHandle, 'marks'> | null };

export function offerSnapshots(target: Window, store: AppStore, stage: StageReference): void {
  Object.defineProperty(target, 'covis', { get: () => takeSnapshot(store, stage) });
}

export function takeSnapshot(store: AppStore, stage: StageReference): CovisSnapshot {
  const state = store.getState();
  const { weights, weightsId, provider, settings, transfer } = state.matcher;
  return {
    photos: [state.photos[0].photo?.description ?? null, state.photos[1].photo?.description ?? null],
    opening: state.photos.some((slot) => slot.opening !== null),
    status: state.run.phase,
    progress: state.run.progress,
    matcher: { weights, weightsId, provider, settings, transfer },
    view: state.view,
    geometrySettings: wantedEstimation(state),
    counts: countMatches(state),
    result: copyResult(state),
    dense: copyDense(state),
    geometry: copyGeometry(state),
    warp: copyWarp(state),
    marks: stage.current?.marks() ?? null,
    waitingFile: state.waitingFile?.fileName ?? null,
    notices: state.notices,
  };
}

type State = ReturnType<AppStore['getState']>;

function copyResult(state: State): CovisSnapshot['result'] {
  const result = currentResult(state);
  if (!result) return null;
  const { settings, weights, inputSize, provider, precision, viewReports, timingsMs } = result.matches;
  return {
    settings,
    weights,
    inputSize,
    provider,
    precision,
    viewReports,
    timingsMs,
    source: result.source.kind,
    outdated: resultIsOutdated(state),
    providerNote: result.source.kind === 'run' ? result.source.providerNote : null,
    keypoints0: [...result.matches.keypoints0],
    keypoints1: [...result.matches.keypoints1],
    confidence: [...result.matches.confidence],
    view: [...result.matches.view],
    support: [...result.matches.support],
  };
}

function copyDense(state: State): CovisSnapshot['dense'] {
  const dense = currentDense(state);
  if (!dense) return null;
  const warps = state.warped?.source === dense ? state.warped.warps : null;
  return {
    mode: shownMode(state),
    grids: warps?.map(({ width, height }) => [width, height] as const) ?? null,
    certainShares:
      warps?.map(({ certainty }) => certainty.filter((value) => value > 0).length / certainty.length) ?? null,
  };
}

function copyWarp(state: State): CovisSnapshot['warp'] {
  const warp = shownMode(state) === 'warp' ? currentWarp(state) : null;
  if (!warp) return null;
  return {
    by: warp.byHomography ? 'homography' : 'dense',
    grids: warp.warps.map(({ width, height }) => [width, height] as const),
  };
}

function copyGeometry(state: State): CovisSnapshot['geometry'] {
  const estimate = currentEstimate(state);
  if (!estimate) return null;
  const { matchCount, selection, settings, milliseconds, estimation } = estimate;
  const shared = {
    outdated: estimateIsOutdated(state),
    matchCount,
    ...selection,
    settings,
    milliseconds,
  };
  if (!estimation.ok) return { ...shared, ok: false, reason: estimation.reason, message: estimation.message };
  const { matrix, inliers, inlierCount } = estimation;
  return { ...shared, ok: true, matrix, inliers: [...inliers], inlierCount };
}
