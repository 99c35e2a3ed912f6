/** A homography by our own robust search, without OpenCV. */
import type { Points } from '../../geometry/coordinates.ts';
import type { EstimationSettings } from '../estimator.ts';
import { searchMatches } from '../robust/searchMatches.ts';
import { chooseFrame } from '../robust/workingMatches.ts';
import { type Conditioning, uncondition } from './conditioning.ts';
import { createHomographyProblem } from './homographyProblem.ts';

/**
 * @param distinct indices of the matches to use, by falling confidence
 * @param confidence of all matches; without, all count alike
 * @param settings checked; their method is one of our own
 * @returns the homography between the photos with last entry 1, or null
 */
export function searchHomography(
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  distinct: Int32Array,
  confidence: Float32Array | undefined,
  settings: EstimationSettings,
): readonly number[] | null {
  const frame = chooseFrame(keypoints0, keypoints1, distinct);
  const found = searchMatches(
    keypoints0,
    keypoints1,
    distinct,
    confidence,
    settings,
    frame,
    createHomographyProblem,
  );
  if (found === null) return null;
  const conditioningOf = ([centreX, centreY]: readonly [number, number]): Conditioning => ({
    centreX,
    centreY,
    scaleX: 1 / frame.unitPx,
    scaleY: 1 / frame.unitPx,
  });
  return uncondition(found.model, conditioningOf(frame.centre0), conditioningOf(frame.centre1));
}
