/**
 * What the matching worker does for the page: opens photos, keeps weights, matches. Everything of the browser
 * is passed in, so that the service itself runs in tests.
 */
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { hashBytes } from '../files/hashBytes.ts';
import { checkWeights } from '../matchers/createMatcher.ts';
import { identifyMatcher } from '../matchers/identifyMatcher.ts';
import type { PhotoDescription, PixelSource } from '../photos/pixelSource.ts';
import { matchPair } from '../pipeline/matchPair.ts';
import { createPairPhoto, type PairPhoto } from '../pipeline/pairPhoto.ts';
import { createInputPreviewer, type InputPreviewer, settingsForPair } from '../pipeline/previewInput.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type ProgressPlan, type ProgressStep, planProgress } from '../reporting/progress.ts';
import { createRunQueue } from '../runtime/runQueue.ts';
import { identifyWeights } from '../weights/catalogue.ts';
import type { WeightsDescription, WeightsOptions } from '../weights/weightsDescription.ts';
import { breaksRuntime, createMatchingEngine, type LoadWeights } from './matchingEngine.ts';
import type { Capabilities, MatchingCalls, MatchReply, MatchRequest } from './protocol.ts';
import type { RuntimeSources } from './selectRuntime.ts';
import type { CallContext, Handlers } from './serveCalls.ts';

export interface DecodedPhoto {
  readonly source: PixelSource;
  readonly description: PhotoDescription;
  makePreview(longEdge: number): Promise<ImageBitmap>;
}

export interface MatchingServiceParts {
  readonly runtimes: RuntimeSources;
  readonly weights: {
    list(): Promise<readonly WeightsDescription[]>;
    readonly load: LoadWeights;
    importFile(
      bytes: Uint8Array<ArrayBuffer>,
      name: string,
      matcher: WeightsDescription['matcher'],
      options: WeightsOptions | null,
    ): Promise<WeightsDescription>;
    remove(id: string): Promise<void>;
  };
  readonly decodePhoto: (file: Blob, name: string, signal: AbortSignal) => Promise<DecodedPhoto>;
  readonly probe: () => Promise<Capabilities>;
}

/** Larger previews gain nothing on a screen and cost GPU memory. */
const PREVIEW_LONG_EDGE = 4096;

/** Rough shares of a first run's duration; later runs skip most of the early steps. */
const RUN_PLAN: ReadonlyArray<readonly [ProgressStep, number]> = [
  ['download', 20],
  ['read', 2],
  ['decode', 5],
  ['build', 3],
  ['compile', 15],
  ['features', 25],
  ['coarse', 20],
  ['fine', 10],
  ['refine', 5],
];

export function createMatchingService(parts: MatchingServiceParts): Handlers<keyof MatchingCalls> {
  const photos = new Map<number, PairPhoto>();
  const previewers = new Map<number, InputPreviewer>();
  const engine = createMatchingEngine(parts.runtimes, parts.weights.load);
  const queue = createRunQueue();
  let nextPhotoId = 1;
  /** Why `auto` means WebAssembly from now on. */
  let refusal: string | null = null;

  function openedPhoto(photoId: number): PairPhoto {
    const photo = photos.get(photoId);
    if (photo === undefined) throw new RangeError(`Photo ${photoId} is not open.`);
    return photo;
  }

  function openedPreviewer(photoId: number): InputPreviewer {
    const previewer = previewers.get(photoId);
    if (previewer === undefined) throw new RangeError(`Photo ${photoId} is not open.`);
    return previewer;
  }

  async function runMatch(
    request: MatchRequest,
    progress: ProgressPlan,
    signal: AbortSignal,
  ): Promise<MatchReply> {
    try {
      const ready = await engine.prepare(request.provider, request.weightsId, progress, signal);
      const matches = await matchPair(
        openedPhoto(request.photo0),
        openedPhoto(request.photo1),
        ready.matcher,
        request.settings,
        { provider: ready.runtime.provider, weights: ready.weights, signal, progress },
      );
      // The views that ran count; the next run starts afresh.
      if (matches.viewReports.some(({ failure }) => breaksRuntime(failure))) await engine.forgetRuntime();
      return {
        matches,
        provider: ready.runtime.provider,
        providerDescription: ready.runtime.description,
        providerNote: ready.note,
      };
    } catch (error) {
      if (breaksRuntime(error)) await engine.forgetRuntime();
      throw error;
    }
  }

  async function match(
    request: MatchRequest,
    { signal, report, transfer }: CallContext,
  ): Promise<MatchReply> {
    signal.throwIfAborted();
    const progress = planProgress(RUN_PLAN, report);
    const onAuto = request.provider === 'auto';
    let reply: MatchReply | null = null;
    if (!onAuto || refusal === null) {
      try {
        reply = await runMatch(request, progress, signal);
      } catch (error) {
        if (!onAuto || !isRefusedByDevice(error)) throw error;
        refusal = `The graphics device refused this network, so WebAssembly runs instead (${error.message}): update the graphics driver.`;
      }
    }
    reply ??= {
      ...(await runMatch({ ...request, provider: 'wasm' }, progress, signal)),
      providerNote: refusal,
    };
    progress.finish();
    for (const buffer of denseBuffers(reply)) transfer(buffer);
    return reply;
  }

  return {
    probe: () => parts.probe(),

    async openPhoto({ file, name }, { signal, transfer }) {
      const { source, description, makePreview } = await parts.decodePhoto(file, name, signal);
      const preview = await makePreview(PREVIEW_LONG_EDGE);
      const photoId = nextPhotoId++;
      photos.set(photoId, createPairPhoto(source, description.sha256));
      previewers.set(photoId, createInputPreviewer(source));
      transfer(preview);
      return { photoId, description, preview };
    },

    async closePhoto({ photoId }) {
      photos.get(photoId)?.close();
      photos.delete(photoId);
      previewers.delete(photoId);
      return null;
    },

    listWeights: () => parts.weights.list(),

    async downloadWeights({ weightsId }, { signal, report }) {
      const progress = planProgress([['download', 1]], report);
      const { description } = await parts.weights.load(weightsId, {
        signal,
        report: (fraction) => progress.report('download', fraction),
      });
      progress.finish();
      return description;
    },

    async importWeights({ file, name, options }) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const known = identifyWeights(await hashBytes(bytes));
      // Refused before anything is stored, with the name of what is missing.
      const checkpoint = openCheckpoint(bytes, name);
      const matcher = identifyMatcher(checkpoint);
      checkWeights(matcher, checkpoint, known?.entry.options ?? options);
      return parts.weights.importFile(bytes, name, matcher, options);
    },

    async removeWeights({ weightsId }) {
      await engine.forgetWeights(weightsId);
      await parts.weights.remove(weightsId);
      return null;
    },

    async previewInput({ photos: [photo0, photo1], settings }, { signal, transfer }) {
      const applied =
        photo0 === null || photo1 === null
          ? settings
          : settingsForPair([openedPhoto(photo0), openedPhoto(photo1)], settings);
      const preview = async (photoId: number | null) =>
        photoId === null ? null : openedPreviewer(photoId).preview(applied, signal);
      const previews = [await preview(photo0), await preview(photo1)] as const;
      for (const shown of previews) {
        if (shown) for (const { buffer } of [shown.before, shown.after]) transfer(buffer);
      }
      return previews;
    },

    // One run at a time: a cancelled one is given the time to stop at its next step.
    match: (request, context) => queue.add(() => match(request, context)),
  };
}

/** Tens of megabytes that nothing here needs any more. */
function denseBuffers({ matches: { dense } }: MatchReply): readonly ArrayBuffer[] {
  if (!dense) return [];
  const { warp0, warp1, certainty0, certainty1 } = dense.matches;
  return [warp0, warp1, certainty0, certainty1].map(({ buffer }) => buffer as ArrayBuffer);
}

/** A driver that cannot compile a graph will not do so the next time either. */
function isRefusedByDevice(error: unknown): error is CovisError {
  return error instanceof CovisError && error.code === 'session-failed';
}
