/**
 * OpenCV's robust methods of the registry as calls of OpenCV.
 *
 * Left out, because this build gives no better or no sane results with them: LMEDS (wrong beyond half
 * outliers), RHO (loses a fifth of the inliers), USAC_PARALLEL (the build has one thread).
 */
import type { OpenCv, OpenCvMat, OpenCvUsacParams } from '../../runtime/openCvApi.ts';
import type { EstimationSettings } from '../estimator.ts';
import type { OpenCvMethod } from '../registry.ts';
import { conditionedThreshold } from './conditioning.ts';
import { matScope } from './matScope.ts';

export interface OpenCvSearch {
  /**
   * OpenCV's USAC throws away samples that turn their orientation over, so mirrored photos need a second try
   * with one photo turned over first.
   */
  readonly seesMirrored: boolean;
  /** The order in which N matches are handed to OpenCV: a permutation of 0 to N - 1. */
  order(count: number, seed: number): Int32Array;
  /** @returns the homography in conditioned coordinates, empty when there is none */
  find(openCv: OpenCv, points0: OpenCvMat, points1: OpenCvMat, settings: EstimationSettings): OpenCvMat;
}

const asGiven = (count: number): Int32Array => Int32Array.from({ length: count }, (_, k) => k);

/** Fisher and Yates, with the numbers of Marsaglia's xorshift32. */
function shuffled(count: number, seed: number): Int32Array {
  const order = asGiven(count);
  // Xorshift never leaves 0; an odd multiplier keeps neighbouring seeds apart.
  let state = Math.imul(seed, 0x9e3779b1) || 1;
  for (let k = count - 1; k > 0; k--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (k + 1);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}

/** OpenCV's RANSAC always draws the same numbers; the order of the matches makes the seed count. */
const ransac: OpenCvSearch = {
  seesMirrored: true,
  order: shuffled,
  find: (openCv, points0, points1, settings) =>
    matScope((keep) =>
      openCv.findHomography(
        points0,
        points1,
        openCv.RANSAC,
        conditionedThreshold,
        keep(new openCv.Mat()),
        settings.maxIterations,
        settings.confidence,
      ),
    ),
};

type UsacPreset = Pick<OpenCvUsacParams, 'sampler' | 'score' | 'loMethod' | 'loSampleSize' | 'loIterations'>;

/** OpenCV's presets spelled out as parameters: only in this form do they take a seed. */
function usac(preset: (openCv: OpenCv) => UsacPreset): OpenCvSearch {
  return {
    seesMirrored: false,
    order: asGiven,
    find: (openCv, points0, points1, settings) =>
      matScope((keep) => {
        const params = keep(new openCv.UsacParams());
        Object.assign(params, preset(openCv), {
          threshold: conditionedThreshold,
          confidence: settings.confidence,
          maxIterations: settings.maxIterations,
          randomGeneratorState: settings.seed,
          final_polisher: openCv.COV_POLISHER,
          final_polisher_iterations: 7,
        });
        return openCv.findHomography1(points0, points1, keep(new openCv.Mat()), params);
      }),
  };
}

export const openCvSearches: Readonly<Record<OpenCvMethod, OpenCvSearch>> = {
  ransac,
  'usac-default': usac((openCv) => ({
    sampler: openCv.SAMPLING_UNIFORM,
    score: openCv.SCORE_METHOD_MSAC,
    loMethod: openCv.LOCAL_OPTIM_INNER_AND_ITER_LO,
    loSampleSize: 12,
    loIterations: 20,
  })),
  'usac-fast': usac((openCv) => ({
    sampler: openCv.SAMPLING_UNIFORM,
    score: openCv.SCORE_METHOD_MSAC,
    loMethod: openCv.LOCAL_OPTIM_INNER_AND_ITER_LO,
    loSampleSize: 12,
    loIterations: 5,
  })),
  'usac-accurate': usac((openCv) => ({
    sampler: openCv.SAMPLING_UNIFORM,
    score: openCv.SCORE_METHOD_MSAC,
    loMethod: openCv.LOCAL_OPTIM_GC,
    loSampleSize: 20,
    loIterations: 25,
  })),
  'usac-prosac': usac((openCv) => ({
    sampler: openCv.SAMPLING_PROSAC,
    score: openCv.SCORE_METHOD_MSAC,
    loMethod: openCv.LOCAL_OPTIM_INNER_LO,
    loSampleSize: 12,
    loIterations: 20,
  })),
  'usac-magsac': usac((openCv) => ({
    sampler: openCv.SAMPLING_UNIFORM,
    score: openCv.SCORE_METHOD_MAGSAC,
    loMethod: openCv.LOCAL_OPTIM_SIGMA,
    loSampleSize: 75,
    loIterations: 15,
  })),
};
