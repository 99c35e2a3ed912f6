/**
 * The page's only way to computing. Calls take the AbortSignal first, start the workers lazily and reject with
 * a `CovisError` or the abort reason. The page holds ids and results, never tensors or worker handles.
 */
import type { Progress } from '../reporting/progress.ts';
import type { WeightsDescription, WeightsOptions } from '../weights/weightsDescription.ts';
import { createLatestWins } from './latestWins.ts';
import { createPhotoLedger } from './photoLedger.ts';
import type {
  Capabilities,
  EstimateReply,
  EstimateRequest,
  EstimationCalls,
  MatchingCalls,
  MatchReply,
  MatchRequest,
  OpenedPhoto,
} from './protocol.ts';
import { connectWorker, type WorkerLike } from './workerConnection.ts';

export type OnProgress = (progress: Progress) => void;

export interface CovisClient {
  probe(signal: AbortSignal): Promise<Capabilities>;
  openPhoto(signal: AbortSignal, file: Blob, name: string): Promise<OpenedPhoto>;
  closePhoto(photoId: number): Promise<void>;
  listWeights(signal: AbortSignal): Promise<readonly WeightsDescription[]>;
  downloadWeights(
    signal: AbortSignal,
    weightsId: string,
    onProgress: OnProgress,
  ): Promise<WeightsDescription>;
  importWeights(
    signal: AbortSignal,
    file: Blob,
    name: string,
    options: WeightsOptions | null,
  ): Promise<WeightsDescription>;
  removeWeights(signal: AbortSignal, weightsId: string): Promise<void>;
  match(signal: AbortSignal, request: MatchRequest, onProgress: OnProgress): Promise<MatchReply>;
  /** The latest request wins: an earlier one still waiting rejects as aborted. */
  estimate(signal: AbortSignal, request: EstimateRequest): Promise<EstimateReply>;
}

export interface WorkerStarters {
  readonly startMatching: () => WorkerLike;
  readonly startEstimation: () => WorkerLike;
}

const browserWorkers: WorkerStarters = {
  startMatching: () =>
    new Worker(new URL('./matching.worker.ts', import.meta.url), { type: 'module', name: 'covis-matching' }),
  startEstimation: () =>
    new Worker(new URL('./estimation.worker.ts', import.meta.url), {
      type: 'module',
      name: 'covis-estimation',
    }),
};

/** @param onNotice receives sentences for a person that belong to no call */
export function createCovisClient(
  onNotice: (message: string) => void,
  starters: WorkerStarters = browserWorkers,
): CovisClient {
  const matching = connectWorker<keyof MatchingCalls>(starters.startMatching, onNotice);
  const estimation = connectWorker<keyof EstimationCalls>(starters.startEstimation);
  const estimateLatest = createLatestWins();
  const photos = createPhotoLedger(matching);

  return {
    probe: (signal) => matching.call('probe', null, { signal }),
    openPhoto: (signal, file, name) => photos.open(signal, file, name),
    closePhoto: (photoId) => photos.close(photoId),
    listWeights: (signal) => matching.call('listWeights', null, { signal }),
    downloadWeights: (signal, weightsId, report) =>
      matching.call('downloadWeights', { weightsId }, { signal, report }),
    importWeights: (signal, file, name, options) =>
      matching.call('importWeights', { file, name, options }, { signal }),
    removeWeights: async (signal, weightsId) => {
      await matching.call('removeWeights', { weightsId }, { signal });
    },
    async match(signal, request, report) {
      const photo0 = await photos.idInWorker(signal, request.photo0);
      const photo1 = await photos.idInWorker(signal, request.photo1);
      return matching.call('match', { ...request, photo0, photo1 }, { signal, report });
    },
    estimate: (signal, request) =>
      estimateLatest(signal, (latest) => estimation.call('estimate', request, { signal: latest })),
  };
}
