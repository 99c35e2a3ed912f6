/**
 * Of a plane seen by cameras of known focal lengths two poses explain every match (H. C. Longuet-Higgins, "The
 * reconstruction of a plane surface from two perspective projections", 1986). Which of them a search ends in is
 * decided by noise, for each hides what noise lies along its own epipolar lines: hundreds of matches of the plane then outvote
 * the few beside it, which alone know.
 */
import { essentialOfPose } from '../../geometry/epipolar.ts';
import { motionsOfHomography } from '../../geometry/homographyMotions.ts';
import { hasDepth } from '../robust/planeInduced.ts';
import type { FoundModel } from '../robust/searchMatches.ts';
import { workingOfEssential } from './essentialProblem.ts';

/** Of the score of what was found: a pose that explains less of the plane is not of this plane. */
const leastShare = 0.8;

/**
 * @param found a model whose support lies on one plane
 * @param plane its homography, between working coordinates
 * @param focals focal lengths in working units
 * @param threshold in working coordinates
 * @returns the better of the plane's poses that matches off the plane agree with as well, or null where none is
 */
export function findPoseOffPlane(
  { score, matches, optimise }: FoundModel,
  plane: Float64Array,
  focals: readonly [number, number],
  threshold: number,
): Float64Array | null {
  const [focal0, focal1] = focals;
  const [before, after] = [
    [focal0, focal0, 1],
    [focal1, focal1, 1],
  ] as const;
  const betweenRays = Array.from(plane, (entry, k) => (entry * before[k % 3]!) / after[Math.floor(k / 3)]!);
  const poses = motionsOfHomography(betweenRays)
    .map((motion) => optimise(workingOfEssential(essentialOfPose(motion), focals)))
    .filter((pose) => pose.score >= leastShare * score && hasDepth(matches, pose.model, plane, threshold));
  return poses.toSorted((a, b) => b.score - a.score)[0]?.model ?? null;
}
