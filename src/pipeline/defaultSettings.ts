/** The settings both the page and the terminal start with: one place, so that both give the same matches. */
import type { EstimationSettings } from '../estimators/estimator.ts';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { MatchSettings } from './pairMatches.ts';

export const DEFAULT_WEIGHTS_ID = 'loftr-compact';

/** For each matcher; a remote one is downloaded when first used. */
export const DEFAULT_WEIGHTS_IDS: Readonly<Record<MatcherId, string>> = {
  loftr: DEFAULT_WEIGHTS_ID,
  dkm: 'dkm-outdoor',
};

export const DEFAULT_MATCH_SETTINGS: MatchSettings = {
  matcher: 'loftr',
  longEdge: 640,
  views: ['original'],
};

/** The published configuration: 720 x 540 for photos of 4 : 3, then a second pass at 1152 x 864. */
export const DEFAULT_DENSE_MATCH_SETTINGS: MatchSettings = {
  matcher: 'dkm',
  longEdge: 720,
  views: ['original'],
  samples: 5000,
};

/** Matches below are neither drawn, nor estimated from, nor exported. */
export const DEFAULT_MINIMUM_CONFIDENCE = 0.1;

export const DEFAULT_ESTIMATION_SETTINGS: EstimationSettings = defaultEstimationSettings('homography');
