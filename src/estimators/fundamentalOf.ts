/** The epipolar geometry of an estimation, whatever its model: what drawing epipolar lines needs. */
import { fundamentalOfEssential } from '../geometry/epipolar.ts';
import type { EstimationSuccess } from './estimator.ts';

/** F between photo pixels, 3x3 row-major, normalised; null of a homography, which has no epipolar lines. */
export function fundamentalOf(estimation: EstimationSuccess): readonly number[] | null {
  switch (estimation.model) {
    case 'homography':
      return null;
    case 'fundamental':
      return estimation.matrix;
    case 'essential':
      return fundamentalOfEssential(estimation.matrix, estimation.cameras);
  }
}
