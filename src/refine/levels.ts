/** How closely two pictures are compared, from coarse to fine. */
import { type Alignment, createPatchAligner, type PatchShape } from './alignPatch.ts';
import { blur, type GreyPicture } from './greyPicture.ts';
import type { PatchMap } from './patchMap.ts';

interface Level extends PatchShape {
  readonly blurPx: number;
}

/** Wide and blurred enough to bridge a matcher's error. */
export const coarseLevel: Level = { blurPx: 2, radius: 4, spacingPx: 3, mostSteps: 4, stiffness: 0 };
/** Exact. */
export const fineLevel: Level = { blurPx: 1, radius: 4, spacingPx: 2, mostSteps: 6, stiffness: 0.01 };

export function createLevelAligner(
  [picture0, picture1]: readonly [GreyPicture, GreyPicture],
  level: Level,
): (x: number, y: number, map: PatchMap) => Alignment {
  return createPatchAligner(blur(picture0, level.blurPx), blur(picture1, level.blurPx), level);
}
