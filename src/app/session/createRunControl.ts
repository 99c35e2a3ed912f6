/**
 * One run of the matcher at a time. Its result lands only if both photos are still the ones it was made from,
 * and keeps the settings it was made with; a cancel or a failure leaves the earlier result alone.
 */

import type { MatchRequest } from '../../worker/protocol.ts';
import { changeSlice } from '../state/createAppStore.ts';
import { bothPhotos, missingWeights, selectedWeights } from '../state/selectResult.ts';
import { adviseBalanced } from './adviseBalanced.ts';
import type { SessionContext } from './sessionContext.ts';

export interface RunControl {
  run(): Promise<void>;
  cancel(): void;
}

export function createRunControl(
  { client, store, notices }: SessionContext,
  refreshWeights: () => Promise<void>,
  nextResultId: () => number,
): RunControl {
  let active: AbortController | null = null;
  const finished = new Set<string>();

  async function match(abort: AbortController, request: MatchRequest): Promise<void> {
    const { signal } = abort;
    const photos = bothPhotos(store.getState())!;
    const weights = selectedWeights(store.getState())!;
    const reply = await client.match(signal, request, (progress) => {
      if (active === abort) changeSlice(store, 'run', { progress });
    });
    signal.throwIfAborted();
    finished.add(runKey(request));
    store.setState({
      result: {
        id: nextResultId(),
        photos: [photos[0].description, photos[1].description],
        matches: reply.matches,
        source: {
          kind: 'run',
          weightsLabel: weights.label,
          providerDescription: reply.providerDescription,
          providerNote: reply.providerNote,
        },
      },
      highlighted: null,
    });
    const advice = adviseBalanced(reply.matches);
    if (advice) notices.tell(advice.message, advice.remedy);
    // The run downloads weights that were not on this device.
    if (weights.state === 'remote') await refreshWeights();
  }

  return {
    async run() {
      const state = store.getState();
      const photos = bothPhotos(state);
      const weights = selectedWeights(state);
      if (active || !photos || !weights) return;
      const missing = missingWeights(state);
      if (missing) {
        notices.tell(missing);
        return;
      }
      notices.withdrawRemedies();
      const abort = new AbortController();
      active = abort;
      const request: MatchRequest = {
        photo0: photos[0].photoId,
        photo1: photos[1].photoId,
        weightsId: weights.id,
        provider: state.matcher.provider,
        settings: state.matcher.settings,
      };
      const first = !finished.has(runKey(request));
      changeSlice(store, 'run', { phase: 'running', progress: null, startedAt: performance.now(), first });
      try {
        await match(abort, request);
      } catch (error) {
        notices.reportFailure(error);
      } finally {
        active = null;
        changeSlice(store, 'run', { phase: 'idle', progress: null });
      }
    },
    cancel() {
      if (!active) return;
      changeSlice(store, 'run', { phase: 'cancelling' });
      active.abort();
    },
  };
}

function runKey(request: MatchRequest): string {
  return [
    request.photo0,
    request.photo1,
    request.weightsId,
    request.provider,
    request.settings.longEdge,
    request.settings.views.join('+'),
  ].join();
}
