/**
 * Follows what is asked of dense matches: another number of samples draws them again, without a run; a view of them
 * warps the photos into each other once a result. What belongs to an earlier result is freed.
 */
import type { PairDense } from '../../pipeline/pairDense.ts';
import type { AppState, MatchResult } from '../state/appState.ts';
import { bothPhotos, currentDense, currentResult, samplesAreDue, shownMode } from '../state/selectResult.ts';
import type { SessionContext } from './sessionContext.ts';

export interface DenseControl {
  /** Watches the store; returns the function that stops it. */
  start(): () => void;
}

export function createDenseControl(
  { client, store, notices }: SessionContext,
  nextResultId: () => number,
): DenseControl {
  /** The latest request, so that one that failed is not made again. */
  let sampling: { readonly dense: PairDense; readonly samples: number } | null = null;
  let warping: { readonly dense: PairDense; readonly abort: AbortController } | null = null;

  function tend(): void {
    const state = store.getState();
    freeEarlier(state);
    sampleIfWanted(state);
    warpIfWanted(state);
  }

  function freeEarlier({ result, warped }: AppState): void {
    const dense = result?.matches.dense ?? null;
    if (warping && warping.dense !== dense) {
      warping.abort.abort();
      warping = null;
    }
    if (sampling && sampling.dense !== dense) sampling = null;
    if (warped && warped.dense !== dense) {
      store.setState({ warped: null });
      for (const picture of warped.warped) picture.close();
    }
    if (!dense) void client.forgetDense().catch(notices.reportFailure);
  }

  function sampleIfWanted(state: AppState): void {
    const result = currentResult(state);
    const dense = currentDense(state);
    const { samples } = state.matcher.settings;
    if (!result || !dense || samples === undefined || !samplesAreDue(state)) return;
    if (sampling?.dense === dense && sampling.samples === samples) return;
    sampling = { dense, samples };
    void sample(result, dense, samples);
  }

  async function sample({ matches }: MatchResult, dense: PairDense, samples: number): Promise<void> {
    try {
      const drawn = await client.sampleAgain(new AbortController().signal, matches, samples);
      const { result } = store.getState();
      if (result?.matches.dense !== dense) return;
      store.setState({ result: { ...result, id: nextResultId(), matches: drawn }, highlighted: null });
    } catch (error) {
      notices.reportFailure(error);
    }
  }

  function warpIfWanted(state: AppState): void {
    const dense = currentDense(state);
    if (!dense || shownMode(state) === 'matches' || state.warped || warping?.dense === dense) return;
    warping = { dense, abort: new AbortController() };
    void warp(dense, warping.abort.signal);
  }

  async function warp(dense: PairDense, signal: AbortSignal): Promise<void> {
    const photos = bothPhotos(store.getState())!;
    try {
      const reply = await client.warpPhotos(signal, dense, {
        previews: [photos[0].preview, photos[1].preview],
        photos: [photos[0].description, photos[1].description],
      });
      store.setState({ warped: { dense, ...reply } });
    } catch (error) {
      notices.reportFailure(error);
    }
  }

  return {
    start() {
      const stop = store.subscribe(tend);
      tend();
      return () => {
        stop();
        warping?.abort.abort();
      };
    },
  };
}
