/** The settings both the page and the terminal start with: one place, so that both give the same matches. */
import type { EstimationSettings } from '../estimators/estimator.ts';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import type { MatchSettings } from './pairMatches.ts';

export const DEFAULT_WEIGHTS_ID = 'loftr-compact';

export const DEFAULT_MATCH_SETTINGS: MatchSettings = {
  matcher: 'loftr',
  longEdge: 640,
  views: ['original'],
};

/** Matches below are neither drawn, nor estimated from, nor exported. */
export const DEFAULT_MINIMUM_CONFIDENCE = 0.1;

export const DEFAULT_ESTIMATION_SETTINGS: EstimationSettings = defaultEstimationSettings('homography');
