/**
 * The estimator of a model and method: what the estimation worker and the terminal run. OpenCV is fetched only for
 * methods that are OpenCV's: our own do without its megabytes.
 */
import type { OpenCv } from '../runtime/openCvApi.ts';
import { estimateAutomatically } from './automatic/estimateAutomatically.ts';
import { estimateEssential } from './essential/estimateEssential.ts';
import type { EstimationSettings, Estimator } from './estimator.ts';
import { estimateFundamental } from './fundamental/estimateFundamental.ts';
import { createHomographyEstimator } from './homography/createHomographyEstimator.ts';
import { isOpenCvMethod } from './registry.ts';

/** @param loadOpenCv called at every need; answers from memory after the first */
export async function openEstimator(
  { model, method }: Pick<EstimationSettings, 'model' | 'method'>,
  loadOpenCv: () => Promise<OpenCv>,
): Promise<Estimator> {
  switch (model) {
    case 'homography':
      return createHomographyEstimator(isOpenCvMethod(method) ? await loadOpenCv() : null);
    case 'fundamental':
      return estimateFundamental;
    case 'essential':
      return estimateEssential;
    case 'automatic':
      return estimateAutomatically;
  }
}
