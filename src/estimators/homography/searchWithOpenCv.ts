/** A homography as OpenCV proposes it: matches in coordinates that it likes, and its matrix back in pixels. */
import type { Points } from '../../geometry/coordinates.ts';
import { CovisError } from '../../reporting/covisError.ts';
import type { OpenCv } from '../../runtime/openCvApi.ts';
import type { EstimationSettings } from '../estimator.ts';
import { chooseConditioning, condition, uncondition } from './conditioning.ts';
import { matScope } from './matScope.ts';
import type { OpenCvSearch } from './openCvMethods.ts';

/**
 * @param distinct indices of the matches to use, by falling confidence
 * @param settings checked
 * @param mirrored whether one photo is turned over first
 * @returns the homography between the photos with last entry 1, or null
 * @throws CovisError `opencv-failed`
 */
export function searchWithOpenCv(
  openCv: OpenCv,
  method: OpenCvSearch,
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  distinct: Int32Array,
  settings: EstimationSettings,
  mirrored: boolean,
): readonly number[] | null {
  const indices = method.order(distinct.length, settings.seed).map((k) => distinct[k]!);
  const conditioning0 = chooseConditioning(keypoints0, indices, settings.thresholdPx, false);
  const conditioning1 = chooseConditioning(keypoints1, indices, settings.thresholdPx, mirrored);
  return matScope((keep) => {
    const points0 = keep(new openCv.Mat(indices.length, 1, openCv.CV_32FC2));
    const points1 = keep(new openCv.Mat(indices.length, 1, openCv.CV_32FC2));
    points0.data32F.set(condition(keypoints0, indices, conditioning0));
    points1.data32F.set(condition(keypoints1, indices, conditioning1));
    try {
      const found = keep(method.find(openCv, points0, points1, settings));
      return found.rows === 3 ? uncondition(found.data64F, conditioning0, conditioning1) : null;
    } catch (cause) {
      const detail = typeof cause === 'number' ? openCv.exceptionFromPtr(cause).msg : String(cause);
      throw new CovisError(
        'estimation',
        'opencv-failed',
        `OpenCV failed while estimating (${detail.trim()}): choose another method, or reload the page.`,
        { cause },
      );
    }
  });
}
