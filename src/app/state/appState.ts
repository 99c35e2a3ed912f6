/**
 * What the page knows, as small slices of immutable values. No tensors and no worker handles: photos are ids
 * with a preview, and every result carries the settings that made it, so that it is never shown under others.
 */
import type { Estimation, EstimationSettings } from '../../estimators/estimator.ts';
import type { PinholeCamera } from '../../geometry/pinholeCamera.ts';
import type { PhotoDescription } from '../../photos/pixelSource.ts';
import type { PairDense } from '../../pipeline/pairDense.ts';
import type { MatchSettings, PairMatches } from '../../pipeline/pairMatches.ts';
import type { PhotoIdentity } from '../../pipeline/pairResult.ts';
import type { MatchSelection } from '../../pipeline/selectMatches.ts';
import type { Progress } from '../../reporting/progress.ts';
import type { HomographyRelation } from '../../stage/stageData.ts';
import type { DenseView, StageView } from '../../stage/stageProps.ts';
import type { WeightsDescription, WeightsOptions } from '../../weights/weightsDescription.ts';
import type { Capabilities, PreviewReply, ProviderPreference, WarpReply } from '../../worker/protocol.ts';

export type Side = 0 | 1;
export type Pair<T> = readonly [T, T];

export interface LoadedPhoto {
  readonly photoId: number;
  readonly description: PhotoDescription;
  /** Size of the file. */
  readonly bytes: number;
  readonly preview: ImageBitmap;
  /** From EXIF or guessed, until a person or a match file says better. */
  readonly camera: PinholeCamera;
}

export interface PhotoSlot {
  readonly photo: LoadedPhoto | null;
  /** Name of the file that is being opened to take this place. */
  readonly opening: string | null;
}

export interface WeightsTransfer {
  /** Catalogue id, or null for a file. */
  readonly weightsId: string | null;
  readonly label: string;
  readonly fraction: number;
}

/** A file of weights that does not say how its network was configured: the person is asked. */
export interface WeightsQuestion {
  readonly fileName: string;
  /** What the form starts with. */
  readonly options: WeightsOptions;
}

export interface MatcherSlice {
  readonly weights: readonly WeightsDescription[];
  readonly weightsId: string | null;
  readonly provider: ProviderPreference;
  readonly settings: MatchSettings;
  readonly transfer: WeightsTransfer | null;
  readonly question: WeightsQuestion | null;
}

/** The cameras belong to the photos. */
export type GeometrySlice = Omit<EstimationSettings, 'cameras'>;

export type RunPhase = 'idle' | 'running' | 'cancelling';

export interface RunSlice {
  readonly phase: RunPhase;
  readonly progress: Progress | null;
  /** `performance.now()` at the start of the run. */
  readonly startedAt: number;
  /** A run at this size and these weights has not finished before: shaders may have to be compiled. */
  readonly first: boolean;
}

export interface MatchResult {
  readonly id: number;
  readonly photos: Pair<PhotoIdentity>;
  readonly matches: PairMatches;
  readonly source:
    | {
        readonly kind: 'run';
        readonly weightsLabel: string;
        readonly providerDescription: string;
        readonly providerNote: string | null;
      }
    | { readonly kind: 'file'; readonly fileName: string };
}

/** The geometry of the first `matchCount` matches of one result: those that the selection keeps. */
export interface EstimateResult {
  readonly resultId: number;
  readonly matchCount: number;
  readonly selection: MatchSelection;
  readonly settings: EstimationSettings;
  readonly estimation: Estimation;
  /** Null where a match file brought the geometry along. */
  readonly milliseconds: number | null;
}

/** What the network sees of the photos. */
export interface InputPreviewSlice {
  /** While somebody looks. */
  readonly wanted: boolean;
  /** Of the photos on the page, under the present settings or, until it answers, those before. */
  readonly shown: PreviewReply | null;
  /** Why there is nothing to show, in a sentence. */
  readonly failure: string | null;
}

/** Each photo warped into the other by the dense matches of one result, or by a homography. */
export interface WarpedPhotos extends WarpReply {
  readonly source: PairDense | HomographyRelation;
  readonly resultId: number;
  readonly byHomography: boolean;
}

/** An opened match file whose photos are not on the page yet. */
export interface WaitingMatchFile {
  readonly fileName: string;
  readonly result: MatchResult;
  readonly estimate: EstimateResult | null;
  /** What the geometry was, or was to be, estimated with. */
  readonly geometry: EstimationSettings | null;
  readonly selection: MatchSelection;
}

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'information';
  readonly message: string;
  /** What would work instead, to be offered; null where nothing is known to. */
  readonly remedy: NoticeRemedy | null;
}

/** Settings to change for another run. */
export type NoticeRemedy = Partial<Pick<MatchSettings, 'longEdge' | 'views'>>;

export type ThemeChoice = 'system' | 'light' | 'dark';

export interface Sample {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Relative to the page. */
  readonly files: Pair<string>;
}

export interface AppState {
  readonly photos: Pair<PhotoSlot>;
  readonly samples: readonly Sample[];
  readonly capabilities: Capabilities | null;
  readonly matcher: MatcherSlice;
  readonly geometry: GeometrySlice;
  readonly view: StageView;
  readonly denseView: DenseView;
  readonly inputPreview: InputPreviewSlice;
  readonly run: RunSlice;
  readonly result: MatchResult | null;
  readonly estimate: EstimateResult | null;
  /** Null until a view of the dense matches is first looked at. */
  readonly warped: WarpedPhotos | null;
  readonly waitingFile: WaitingMatchFile | null;
  readonly highlighted: number | null;
  readonly notices: readonly Notice[];
  readonly theme: ThemeChoice;
}
