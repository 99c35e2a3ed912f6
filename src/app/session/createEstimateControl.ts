/**
 * Keeps the geometry up to date with the settings, without the matcher: any change of threshold, method or
 * selection asks for a new estimate before the next frame. At most one request is under way; when it
 * answers, only the latest settings are asked for, so a dragged slider shows results as fast as they come and
 * never an older one after a newer.
 */
import type { Points } from '../../geometry/coordinates.ts';
import { countSelected } from '../../pipeline/selectMatches.ts';
import type { AppState, EstimateResult } from '../state/appState.ts';
import { currentEstimate, currentResult, estimateIsOutdated } from '../state/selectResult.ts';
import { wantedEstimation } from '../state/wantedEstimation.ts';
import type { SessionContext } from './sessionContext.ts';

export interface EstimateControl {
  /** Watches the store; returns the function that stops it. */
  start(): () => void;
  /** Waits for an estimate under way; resolves when the geometry is up to date or could not be made. */
  settle(): Promise<void>;
}

export function createEstimateControl({
  client,
  store,
  notices,
  scheduleFrame,
}: SessionContext): EstimateControl {
  let scheduled = false;
  let underWay: { readonly resultId: number; readonly abort: AbortController } | null = null;
  const waiting: (() => void)[] = [];
  /** The request that failed last: asking again without any change would fail for ever. */
  let failed: string | null = null;

  function schedule(): void {
    const state = store.getState();
    const result = currentResult(state);
    if (underWay && underWay.resultId !== result?.id) underWay.abort.abort();
    if (scheduled || underWay) return;
    if (!result || !isWanted(state)) {
      for (const resolve of waiting.splice(0)) resolve();
      return;
    }
    scheduled = true;
    scheduleFrame(() => {
      scheduled = false;
      void estimate();
    });
  }

  function isWanted(state: AppState): boolean {
    const missing = currentEstimate(state) === null || estimateIsOutdated(state);
    return missing && requestKey(state) !== failed;
  }

  async function estimate(): Promise<void> {
    const state = store.getState();
    const result = currentResult(state);
    if (underWay || !result || !isWanted(state)) {
      schedule();
      return;
    }
    const abort = new AbortController();
    underWay = { resultId: result.id, abort };
    const settings = wantedEstimation(state);
    const { minimumConfidence, maximumMatches } = state.view;
    const selection = { minimumConfidence, maximumMatches };
    const matchCount = countSelected(result.matches.confidence, selection);
    try {
      const { estimation, milliseconds } = await client.estimate(abort.signal, {
        keypoints0: result.matches.keypoints0.slice(0, 2 * matchCount) as Points<'photo'>,
        keypoints1: result.matches.keypoints1.slice(0, 2 * matchCount) as Points<'photo'>,
        confidence: result.matches.confidence.slice(0, matchCount),
        settings,
      });
      const made: EstimateResult = {
        resultId: result.id,
        matchCount,
        selection,
        settings,
        estimation,
        milliseconds,
      };
      if (store.getState().result === result) store.setState({ estimate: made });
    } catch (error) {
      if (!abort.signal.aborted) failed = requestKey(state);
      notices.reportFailure(error);
    } finally {
      underWay = null;
      schedule();
    }
  }

  return {
    start() {
      const stop = store.subscribe(schedule);
      schedule();
      return () => {
        stop();
        underWay?.abort.abort();
      };
    },
    settle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        schedule();
      }),
  };
}

function requestKey(state: AppState): string {
  const { minimumConfidence, maximumMatches } = state.view;
  return JSON.stringify([state.result?.id, wantedEstimation(state), minimumConfidence, maximumMatches]);
}
