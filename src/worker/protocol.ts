/**
 * The one typed boundary between the page and its workers: each call with its request and its reply side by
 * side. Every message has an id; failures cross as `{ code, stage, message }`; aborting a call posts `cancel`.
 *
 * Three workers speak it: one opens photos, keeps weights and matches; one estimates geometry and one samples and
 * draws dense matches, so that moving a slider never waits for the matcher.
 */
import type { Estimation, EstimationSettings } from '../estimators/estimator.ts';
import type { Points } from '../geometry/coordinates.ts';
import type { PhotoDescription } from '../photos/pixelSource.ts';
import type { PairDense, PhotoWarp } from '../pipeline/pairDense.ts';
import type { MatchSettings, PairMatches } from '../pipeline/pairMatches.ts';
import type { InputPreview, PreviewSettings } from '../pipeline/previewInput.ts';
import type { FailureReport } from '../reporting/covisError.ts';
import type { Progress } from '../reporting/progress.ts';
import type { ExecutionProvider } from '../runtime/session.ts';
import type { WeightsDescription, WeightsOptions } from '../weights/weightsDescription.ts';

/** What this browser can do, in words for a person where it can't. */
export interface Capabilities {
  readonly webgpu:
    | {
        readonly available: true;
        readonly adapter: string;
        readonly fp16: boolean;
        /** A software adapter, slower than WebAssembly: it runs only when asked for. */
        readonly software: boolean;
      }
    | { readonly available: false; readonly reason: string };
  readonly wasm: { readonly threads: number; readonly reason: string | null };
}

/** A photo the matching worker holds open under `photoId`. */
export interface OpenedPhoto {
  readonly photoId: number;
  readonly description: PhotoDescription;
  /** For the screen, long edge at most 4096 px; same orientation and aspect as the photo. */
  readonly preview: ImageBitmap;
}

export type ProviderPreference = 'auto' | 'webgpu' | 'wasm';

export interface MatchRequest {
  readonly photo0: number;
  readonly photo1: number;
  readonly weightsId: string;
  readonly provider: ProviderPreference;
  readonly settings: MatchSettings;
}

export interface MatchReply {
  readonly matches: PairMatches;
  readonly provider: ExecutionProvider;
  /** Device and threads, for the status line. */
  readonly providerDescription: string;
  /** Why a better provider did not run and how to get it; null when the best one ran. */
  readonly providerNote: string | null;
}

export interface PreviewRequest {
  /** Null where there is no photo yet. */
  readonly photos: readonly [number | null, number | null];
  readonly settings: PreviewSettings;
}

export type PreviewReply = readonly [InputPreview | null, InputPreview | null];

export interface EstimateRequest {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  readonly confidence: Float32Array;
  readonly settings: EstimationSettings;
}

export interface EstimateReply {
  readonly estimation: Estimation;
  readonly milliseconds: number;
}

/** What is drawn from dense matches, without them: the worker holds those. */
export type SampledMatches = Omit<PairMatches, 'dense'>;

export interface SampleRequest {
  readonly matches: SampledMatches;
  readonly samples: number;
}

export interface WarpRequest {
  /** Of both photos, at most as large as they; they move to the worker. */
  readonly pictures: readonly [ImageBitmap, ImageBitmap];
  /** Sizes of the photos in pixels. */
  readonly photos: readonly [PhotoExtent, PhotoExtent];
}

type PhotoExtent = Pick<PhotoDescription, 'width' | 'height'>;

export interface HomographyWarpRequest extends WarpRequest {
  /** 3x3 row-major, photo 0 to photo 1, with positive depth in front of the cameras. */
  readonly matrix: readonly number[];
}

/** Both photos with the other one warped into them. */
export interface WarpReply {
  readonly warps: readonly [PhotoWarp, PhotoWarp];
  /** One pixel a cell of the warps, as opaque as it is certain. */
  readonly warped: readonly [ImageBitmap, ImageBitmap];
}

/** Calls of the matching worker. */
export interface MatchingCalls {
  probe: { request: null; reply: Capabilities };
  openPhoto: { request: { readonly file: Blob; readonly name: string }; reply: OpenedPhoto };
  closePhoto: { request: { readonly photoId: number }; reply: null };
  listWeights: { request: null; reply: readonly WeightsDescription[] };
  downloadWeights: { request: { readonly weightsId: string }; reply: WeightsDescription };
  importWeights: {
    request: { readonly file: Blob; readonly name: string; readonly options: WeightsOptions | null };
    reply: WeightsDescription;
  };
  removeWeights: { request: { readonly weightsId: string }; reply: null };
  match: { request: MatchRequest; reply: MatchReply };
  /** What the network sees of the photos; waits for the end of a step that keeps the worker busy. */
  previewInput: { request: PreviewRequest; reply: PreviewReply };
}

/** Calls of the estimation worker. */
export interface EstimationCalls {
  estimate: { request: EstimateRequest; reply: EstimateReply };
}

/** Calls of the worker for dense matches. */
export interface DenseCalls {
  /** The dense matches that later calls are about; null frees them. */
  holdDense: { request: { readonly dense: PairDense | null }; reply: null };
  sampleAgain: { request: SampleRequest; reply: SampledMatches };
  warpPhotos: { request: WarpRequest; reply: WarpReply };
  /** The same without dense matches. */
  warpByHomography: { request: HomographyWarpRequest; reply: WarpReply };
}

type Calls = MatchingCalls & EstimationCalls & DenseCalls;
export type CallName = keyof Calls;
export type RequestOf<Name extends CallName> = Calls[Name]['request'];
export type ReplyOf<Name extends CallName> = Calls[Name]['reply'];

export type ToWorker =
  | {
      readonly [Name in CallName]: {
        readonly kind: 'call';
        readonly id: number;
        readonly call: Name;
        readonly request: RequestOf<Name>;
      };
    }[CallName]
  | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  /** A sentence for a person that belongs to no call, such as weights that could not be kept. */
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: ReplyOf<CallName> }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: FailureReport }
  | { readonly kind: 'cancelled'; readonly id: number };
