/**
 * The estimator of a model: what the estimation worker and the terminal run. OpenCV is fetched only for models
 * that need it: the epipolar ones do without its megabytes.
 */
import { CovisError } from '../reporting/covisError.ts';
import type { OpenCv } from '../runtime/openCvApi.ts';
import type { Estimator, RequestedModel } from './estimator.ts';
import { createHomographyEstimator } from './homography/createHomographyEstimator.ts';

/** @param loadOpenCv called at every need; answers from memory after the first */
export async function openEstimator(
  model: RequestedModel,
  loadOpenCv: () => Promise<OpenCv>,
): Promise<Estimator> {
  if (model === 'homography') return createHomographyEstimator(await loadOpenCv());
  throw new CovisError(
    'estimation',
    'model-not-available',
    `The model "${model}" cannot be estimated yet: choose the homography.`,
  );
}
