/**
 * The page's only way to computing. Calls take the AbortSignal first, start the workers lazily and reject with
 * a `CovisError` or the abort reason. The page holds ids and results, never tensors or worker handles.
 */

import { homographyCellSize } from '../pipeline/homographyWarp.ts';
import type { PairDense } from '../pipeline/pairDense.ts';
import type { PairMatches } from '../pipeline/pairMatches.ts';
import type { Progress } from '../reporting/progress.ts';
import type { WeightsDescription, WeightsOptions } from '../weights/weightsDescription.ts';
import { createDenseLedger } from './denseLedger.ts';
import { createLatestWins } from './latestWins.ts';
import { createPhotoLedger } from './photoLedger.ts';
import type {
  Capabilities,
  DenseCalls,
  EstimateReply,
  EstimateRequest,
  EstimationCalls,
  MatchingCalls,
  MatchReply,
  MatchRequest,
  OpenedPhoto,
  PreviewReply,
  PreviewRequest,
  WarpReply,
  WarpRequest,
} from './protocol.ts';
import { shrinkForWarp } from './shrinkForWarp.ts';
import { connectWorker, isReplaced, type WorkerLike } from './workerConnection.ts';

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
  /** What the network sees of the photos. The latest request wins. */
  previewInput(signal: AbortSignal, request: PreviewRequest): Promise<PreviewReply>;
  /** The latest request wins: an earlier one still waiting rejects as aborted. */
  estimate(signal: AbortSignal, request: EstimateRequest): Promise<EstimateReply>;
  /**
   * Other matches drawn from the same dense ones, without a run. The latest request wins.
   * @param matches of a matcher that matches every point
   */
  sampleAgain(signal: AbortSignal, matches: PairMatches, samples: number): Promise<PairMatches>;
  /** Each photo warped into the other, from previews that stay as they are. */
  warpPhotos(signal: AbortSignal, dense: PairDense, shown: ShownPhotos): Promise<WarpReply>;
  /** The same by a homography, 3x3 row-major, photo 0 to photo 1, with positive depth in front of the cameras. */
  warpByHomography(signal: AbortSignal, matrix: readonly number[], shown: ShownPhotos): Promise<WarpReply>;
  /** Frees what the calls above left in a worker. */
  forgetDense(): Promise<void>;
}

export interface ShownPhotos {
  readonly previews: readonly [ImageBitmap, ImageBitmap];
  /** Sizes of the photos in pixels. */
  readonly photos: WarpRequest['photos'];
}

export interface WorkerStarters {
  readonly startMatching: () => WorkerLike;
  readonly startEstimation: () => WorkerLike;
  readonly startDense: () => WorkerLike;
}

const browserWorkers: WorkerStarters = {
  startMatching: () =>
    new Worker(new URL('./matching.worker.ts', import.meta.url), { type: 'module', name: 'covis-matching' }),
  startEstimation: () =>
    new Worker(new URL('./estimation.worker.ts', import.meta.url), {
      type: 'module',
      name: 'covis-estimation',
    }),
  startDense: () =>
    new Worker(new URL('./dense.worker.ts', import.meta.url), { type: 'module', name: 'covis-dense' }),
};

/** @param onNotice receives sentences for a person that belong to no call */
export function createCovisClient(
  onNotice: (message: string) => void,
  starters: WorkerStarters = browserWorkers,
): CovisClient {
  const matching = connectWorker<keyof MatchingCalls>(starters.startMatching, onNotice);
  const estimation = connectWorker<keyof EstimationCalls>(starters.startEstimation);
  const dense = connectWorker<keyof DenseCalls>(starters.startDense);
  const previewLatest = createLatestWins();
  const estimateLatest = createLatestWins();
  const sampleLatest = createLatestWins();
  const denseLedger = createDenseLedger(dense);
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
      const run = async () => {
        const photo0 = await photos.idInWorker(signal, request.photo0);
        const photo1 = await photos.idInWorker(signal, request.photo1);
        return matching.call('match', { ...request, photo0, photo1 }, { signal, report });
      };
      try {
        return await run();
      } catch (error) {
        // It waited behind a cancelled run whose worker had to be ended: the new one is free.
        if (isReplaced(error)) return run();
        throw error;
      }
    },
    previewInput: (signal, { photos: shown, settings }) =>
      previewLatest(signal, async (latest) => {
        const idOf = async (photoId: number | null) =>
          photoId === null ? null : photos.idInWorker(latest, photoId);
        const request: PreviewRequest = { photos: [await idOf(shown[0]), await idOf(shown[1])], settings };
        // Not to be cancelled: a worker busy with a run would be ended for a preview that it could not stop in time.
        const reply = await matching.call('previewInput', request, {});
        latest.throwIfAborted();
        return reply;
      }),
    estimate: (signal, request) =>
      estimateLatest(signal, (latest) => estimation.call('estimate', request, { signal: latest })),
    sampleAgain: (signal, { dense: held, ...matches }, samples) =>
      sampleLatest(signal, async (latest) => {
        if (!held) throw new RangeError('These matches were not drawn from dense ones.');
        await denseLedger.hold(latest, held);
        const sampled = await dense.call('sampleAgain', { matches, samples }, { signal: latest });
        return { ...sampled, dense: held };
      }),
    async warpPhotos(signal, held, { previews, photos: sizes }) {
      await denseLedger.hold(signal, held);
      const { cellSize } = held.matches;
      const [width0, width1] = held.content.map(({ width }) => width / cellSize) as [number, number];
      const pictures = await shrinkForWarp([width0, width1], previews);
      return dense.call('warpPhotos', { pictures, photos: sizes }, { signal, transfer: pictures });
    },
    async warpByHomography(signal, matrix, { previews, photos: sizes }) {
      const [width0, width1] = sizes.map((photo) => photo.width / homographyCellSize(photo)) as [
        number,
        number,
      ];
      const pictures = await shrinkForWarp([width0, width1], previews);
      const request = { matrix, pictures, photos: sizes };
      return dense.call('warpByHomography', request, { signal, transfer: pictures });
    },
    forgetDense: () => denseLedger.forget(),
  };
}
