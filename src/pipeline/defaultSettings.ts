/** The settings both the page and the terminal start with: one place, so that both give the same matches. */
import type { EstimationSettings } from '../estimators/estimator.ts';
import type { MatchSettings } from './pairMatches.ts';

export const DEFAULT_WEIGHTS_ID = 'loftr-compact';

export const DEFAULT_MATCH_SETTINGS: MatchSettings = {
  matcher: 'loftr',
  longEdge: 640,
  views: ['original'],
};

/** Matches below are neither drawn, nor estimated from, nor exported. */
export const DEFAULT_MINIMUM_CONFIDENCE = 0.1;

export const DEFAULT_ESTIMATION_SETTINGS: EstimationSettings = {
  model: 'homography',
  method: 'usac-magsac',
  thresholdPx: 3,
  confidence: 0.9999,
  maxIterations: 10_000,
  seed: 0,
};
