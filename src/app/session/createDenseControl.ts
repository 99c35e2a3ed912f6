/**
 * Follows what is asked of dense matches: another number of samples draws them again, without a run; a view of them
 * warps the photos into each other once a result, and so does every homography where there are none. What belongs to
 * an earlier result is freed.
 */
import type { PairDense } from '../../pipeline/pairDense.ts';
import type { ShownPhotos } from '../../worker/client.ts';
import type { AppState, MatchResult } from '../state/appState.ts';
import { bothPhotos, currentDense, currentResult, samplesAreDue } from '../state/selectResult.ts';
import { currentWarp, isHomography, shownMode, warpSource } from '../state/selectWarp.ts';
import type { SessionContext } from './sessionContext.ts';

type WarpSource = NonNullable<ReturnType<typeof warpSource>>;

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
  let warping: { readonly source: WarpSource; readonly abort: AbortController } | null = null;

  function tend(): void {
    const state = store.getState();
    freeEarlier(state);
    sampleIfWanted(state);
    warpIfWanted(state);
  }

  function freeEarlier(state: AppState): void {
    const { result, warped } = state;
    const dense = result?.matches.dense ?? null;
    if (warping && warping.source !== dense && warping.source !== warpSource(state)) {
      warping.abort.abort();
      warping = null;
    }
    if (sampling && sampling.dense !== dense) sampling = null;
    if (warped && warped.source !== dense && !currentWarp(state)) {
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
    const source = warpSource(state);
    if (!source || shownMode(state) === 'matches') return;
    if (state.warped?.source === source || warping?.source === source) return;
    warping = { source, abort: new AbortController() };
    void warp(source, warping.abort.signal);
  }

  async function warp(source: WarpSource, signal: AbortSignal): Promise<void> {
    const photos = bothPhotos(store.getState())!;
    const resultId = currentResult(store.getState())!.id;
    try {
      const shown: ShownPhotos = {
        previews: [photos[0].preview, photos[1].preview],
        photos: [photos[0].description, photos[1].description],
      };
      const byHomography = isHomography(source);
      const reply = byHomography
        ? await client.warpByHomography(signal, Array.from(source.matrix), shown)
        : await client.warpPhotos(signal, source, shown);
      const earlier = store.getState().warped;
      store.setState({ warped: { source, resultId, byHomography, ...reply } });
      for (const picture of earlier?.warped ?? []) picture.close();
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
