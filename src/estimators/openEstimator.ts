/**
 * The estimator of a model: what the estimation worker and the terminal run. OpenCV is fetched only for models
 * that need it: the epipolar ones do without its megabytes.
 */
import type { OpenCv } from '../runtime/openCvApi.ts';
import { createAutomaticEstimator } from './automatic/createAutomaticEstimator.ts';
import { estimateEssential } from './essential/estimateEssential.ts';
import type { Estimator, RequestedModel } from './estimator.ts';
import { estimateFundamental } from './fundamental/estimateFundamental.ts';
import { createHomographyEstimator } from './homography/createHomographyEstimator.ts';

/** @param loadOpenCv called at every need; answers from memory after the first */
export async function openEstimator(
  model: RequestedModel,
  loadOpenCv: () => Promise<OpenCv>,
): Promise<Estimator> {
  switch (model) {
    case 'homography':
      return createHomographyEstimator(await loadOpenCv());
    case 'fundamental':
      return estimateFundamental;
    case 'essential':
      return estimateEssential;
    case 'automatic':
      return createAutomaticEstimator(createHomographyEstimator(await loadOpenCv()));
  }
}
