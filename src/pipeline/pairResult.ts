/** All that is known of a pair once it is matched and estimated: what exports write and match files bring back. */
import type {
  Cameras,
  Estimation,
  EstimationSettings,
  GeometricModel,
  RequestedModel,
} from '../estimators/estimator.ts';
import type { PhotoDescription } from '../photos/pixelSource.ts';
import type { PairMatches } from './pairMatches.ts';
import type { MatchSelection } from './selectMatches.ts';

/** For layers that see stages only through the pipeline. */
export type { Cameras, Estimation, EstimationSettings, GeometricModel, RequestedModel };

/** Names a photo by its content. */
export type PhotoIdentity = Pick<PhotoDescription, 'name' | 'width' | 'height' | 'sha256'>;

export interface PairResult {
  readonly photos: readonly [PhotoIdentity, PhotoIdentity];
  /** All matches of the run; `selection` says which of them count. */
  readonly matches: PairMatches;
  readonly selection: MatchSelection;
  /** Of the selected matches, one entry each; null when nobody asked for a geometry. */
  readonly estimation: Estimation | null;
}
