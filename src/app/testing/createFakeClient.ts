/** A client whose answers the test gives when it wants: each call waits until it is answered or aborted. */
import type { Points } from '../../geometry/coordinates.ts';
import type { PairMatches } from '../../pipeline/pairMatches.ts';
import type { WeightsDescription } from '../../weights/weightsDescription.ts';
import type { CovisClient, OnProgress, ShownPhotos } from '../../worker/client.ts';
import type {
  EstimateReply,
  EstimateRequest,
  MatchReply,
  MatchRequest,
  OpenedPhoto,
  PreviewReply,
  PreviewRequest,
  WarpReply,
} from '../../worker/protocol.ts';

export interface PendingCall<Request, Reply> {
  readonly request: Request;
  readonly signal: AbortSignal;
  readonly report: OnProgress;
  answer(reply: Reply): Promise<void>;
  fail(error: unknown): Promise<void>;
}

export interface FakeClient extends CovisClient {
  readonly opened: PendingCall<{ readonly name: string }, OpenedPhoto>[];
  readonly matched: PendingCall<MatchRequest, MatchReply>[];
  readonly estimated: PendingCall<EstimateRequest, EstimateReply>[];
  readonly imported: PendingCall<{ readonly name: string; readonly options: unknown }, WeightsDescription>[];
  readonly sampled: PendingCall<{ readonly matches: PairMatches; readonly samples: number }, PairMatches>[];
  readonly warped: PendingCall<ShownPhotos, WarpReply>[];
  readonly warpedByHomography: PendingCall<ShownPhotos & { readonly matrix: readonly number[] }, WarpReply>[];
  readonly previewed: PendingCall<PreviewRequest, PreviewReply>[];
  readonly closed: number[];
  weights: WeightsDescription[];
}

export const compactWeights: WeightsDescription = {
  id: 'loftr-compact',
  label: 'LoFTR compact',
  matcher: 'loftr',
  bytes: 772_656,
  sha256: 'c0'.repeat(32),
  licence: 'MIT',
  state: 'bundled',
  options: null,
};

export const officialWeights: WeightsDescription = {
  ...compactWeights,
  id: 'loftr-outdoor',
  label: 'LoFTR outdoor',
  sha256: '0d'.repeat(32),
  state: 'remote',
};

export function createFakeClient(): FakeClient {
  const client: FakeClient = {
    opened: [],
    matched: [],
    estimated: [],
    imported: [],
    sampled: [],
    warped: [],
    warpedByHomography: [],
    previewed: [],
    closed: [],
    weights: [compactWeights, officialWeights],
    probe: async () => ({
      webgpu: { available: false, reason: 'No adapter: update the driver.' },
      wasm: { threads: 2, reason: null },
    }),
    openPhoto: (signal, _file, name) => wait(client.opened, { name }, signal),
    closePhoto: async (photoId) => {
      client.closed.push(photoId);
    },
    listWeights: async () => client.weights,
    downloadWeights: async () => officialWeights,
    importWeights: (signal, _file, name, options) => wait(client.imported, { name, options }, signal),
    removeWeights: async (_signal, weightsId) => {
      client.weights = client.weights.filter(({ id }) => id !== weightsId);
    },
    match: (signal, request, report) => wait(client.matched, request, signal, report),
    previewInput: (signal, request) => wait(client.previewed, request, signal),
    estimate: (signal, request) => wait(client.estimated, request, signal),
    sampleAgain: (signal, matches, samples) => wait(client.sampled, { matches, samples }, signal),
    warpPhotos: (signal, _dense, shown) => wait(client.warped, shown, signal),
    warpByHomography: (signal, matrix, shown) =>
      wait(client.warpedByHomography, { ...shown, matrix }, signal),
    forgetDense: async () => {},
  };
  return client;
}

function wait<Request, Reply>(
  calls: PendingCall<Request, Reply>[],
  request: Request,
  signal: AbortSignal,
  report: OnProgress = () => {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    const settle = async (act: () => void) => {
      act();
      await settled();
    };
    calls.push({
      request,
      signal,
      report,
      answer: (reply) => settle(() => resolve(reply)),
      fail: (error) => settle(() => reject(error)),
    });
  });
}

/** Lets everything that only waits for promises go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Looks like a digest; equal names, equal content. */
function hexOf(name: string): string {
  return [...name]
    .map((letter) => letter.charCodeAt(0).toString(16))
    .join('')
    .padEnd(64, '0');
}

let lastPhotoId = 0;

export function openedPhoto(name: string, width = 640, height = 480): OpenedPhoto {
  const preview = { width, height, close() {} } as ImageBitmap;
  return {
    photoId: ++lastPhotoId,
    description: { name, width, height, sha256: hexOf(name), focalPx: null },
    preview,
  };
}

/** Matches with falling confidence, one a given value. */
export function matchReply(request: MatchRequest, confidence: readonly number[]): MatchReply {
  const points = Float32Array.from({ length: 2 * confidence.length }, (_, k) => k) as Points<'photo'>;
  const matches: PairMatches = {
    settings: request.settings,
    weights: { id: request.weightsId, sha256: 'c0'.repeat(32) },
    keypoints0: points,
    keypoints1: points,
    confidence: Float32Array.from(confidence),
    view: new Uint8Array(confidence.length),
    support: new Uint8Array(confidence.length).fill(1),
    viewReports: request.settings.views.map((view, k) => {
      const found = k === 0 ? confidence.length : 0;
      return { view, found, added: found, milliseconds: 100, failure: null };
    }),
    inputSize: [
      [640, 480],
      [640, 480],
    ],
    provider: 'wasm',
    precision: 'fp32',
    timingsMs: { total: 100 },
  };
  return { matches, provider: 'wasm', providerDescription: '2 threads', providerNote: null };
}

export function estimateReply(request: EstimateRequest): EstimateReply {
  const count = request.keypoints0.length / 2;
  return {
    milliseconds: 5,
    estimation: {
      ok: true,
      model: 'homography',
      settings: request.settings,
      matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      inliers: new Uint8Array(count).fill(1),
      inlierCount: count,
      residualsPx: new Float32Array(count),
    },
  };
}
