/**
 * Of a plane seen by cameras of known focal lengths two poses explain every match (H. C. Longuet-Higgins, "The
 * reconstruction of a plane surface from two perspective projections", 1986). Which of them a search ends in is
 * decided by noise, for each hides what noise lies along its own epipolar lines: hundreds of matches of the plane then outvote
 * the few beside it, which alone know. Where there are none, how well either pose fits is all there is to go by, and a search may
 * have climbed no higher than to the worse.
 */
import { essentialOfPose } from '../../geometry/epipolar.ts';
import { motionsOfHomography } from '../../geometry/homographyMotions.ts';
import { hasDepth } from '../robust/planeInduced.ts';
import type { FoundModel } from '../robust/searchMatches.ts';
import { workingOfEssential } from './essentialProblem.ts';

/** Of the score of what was found: a pose that explains less of the plane is not of this plane. */
const leastShare = 0.8;

export interface PlanePose {
  readonly model: Float64Array;
  /** Whether matches off the plane agree with it, so that it can be told from the plane's other pose. */
  readonly isTold: boolean;
}

/**
 * @param found a model whose support lies on one plane
 * @param plane its homography, between working coordinates
 * @param focals focal lengths in working units
 * @param threshold in working coordinates
 * @returns the better of the plane's poses that matches off the plane agree with as well; else what explains the plane best
 */
export function choosePoseOfPlane(
  { model, score, matches, optimise }: FoundModel,
  plane: Float64Array,
  focals: readonly [number, number],
  threshold: number,
): PlanePose {
  const [focal0, focal1] = focals;
  const [before, after] = [
    [focal0, focal0, 1],
    [focal1, focal1, 1],
  ] as const;
  const betweenRays = Array.from(plane, (entry, k) => (entry * before[k % 3]!) / after[Math.floor(k / 3)]!);
  const poses = motionsOfHomography(betweenRays)
    .map((motion) => optimise(workingOfEssential(essentialOfPose(motion), focals)))
    .filter((pose) => pose.score >= leastShare * score);
  const told = poses.filter((pose) => hasDepth(matches, pose.model, plane, threshold));
  const candidates = told.length > 0 ? told : [{ model, score }, ...poses];
  const [best] = candidates.toSorted((a, b) => b.score - a.score);
  return { model: best!.model, isTold: told.length > 0 };
}
