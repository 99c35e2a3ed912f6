/** The settings both the page and the terminal start with: one place, so that both give the same matches. */
import type { EstimationSettings } from '../estimators/estimator.ts';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { MatchSettings } from './pairMatches.ts';
import { type ViewPreset, viewPresets } from './viewPresets.ts';

export const DEFAULT_WEIGHTS_ID = 'loftr-compact';

/** For each matcher; both ship. */
export const DEFAULT_WEIGHTS_IDS: Readonly<Record<MatcherId, string>> = {
  loftr: DEFAULT_WEIGHTS_ID,
  dkm: 'dkm-compact',
};

/**
 * A second look at the aligned photo finds twice as many right matches, and photos that lie far apart which
 * one look misses, in about twice the time (bench/accuracy).
 */
export const DEFAULT_PRESET: ViewPreset = 'balanced';

export const DEFAULT_MATCH_SETTINGS: MatchSettings = {
  matcher: 'loftr',
  longEdge: 640,
  views: viewPresets[DEFAULT_PRESET].views,
  refinement: 'propagation',
};

/** 640 x 480 for photos of 4 : 3; the authors' weights were published with 720 and a second pass at 1.6 times that. */
export const DEFAULT_DENSE_MATCH_SETTINGS: MatchSettings = {
  matcher: 'dkm',
  longEdge: 640,
  views: viewPresets[DEFAULT_PRESET].views,
  samples: 5000,
  refinement: 'propagation',
};

/** Matches below are neither drawn, nor estimated from, nor exported. */
export const DEFAULT_MINIMUM_CONFIDENCE = 0.1;

/**
 * Most photos show a scene with depth, of which one homography explains the matches of one plane alone; the choice between both
 * models takes one or two tenths of a second.
 */
export const DEFAULT_ESTIMATION_SETTINGS: EstimationSettings = defaultEstimationSettings('automatic');
