/** How closely two pictures are compared, from coarse to fine, and which outcomes count. */
import { createPatchAligner, type PatchShape } from './alignPatch.ts';
import { blur, contains, type GreyPicture } from './greyPicture.ts';
import { determinantOf, type PatchMap } from './patchMap.ts';

interface Level extends PatchShape {
  readonly blurPx: number;
}

/** Wide and blurred enough to bridge a matcher's error. */
export const coarseLevel: Level = { blurPx: 2, radius: 4, spacingPx: 3, mostSteps: 4, stiffness: 0 };
/** Exact. */
export const fineLevel: Level = { blurPx: 1, radius: 4, spacingPx: 2, mostSteps: 6, stiffness: 0.01 };
/** As wide as the fine level in a picture half as large: from 1280 pixels of drawn pairs a narrower one is less exact. */
export const closerLevel: Level = { blurPx: 1, radius: 6, spacingPx: 3, mostSteps: 6, stiffness: 0.01 };

/** What an alignment must fulfil at the last level. */
export interface AlignmentLimits {
  readonly leastCorrelation: number;
  readonly largestDeviationPx: number;
  /** From where it began. */
  readonly farthestPx: number;
  /** As a multiple of the map's at the beginning. */
  readonly area: readonly [least: number, largest: number];
}

/** From which on a level's outcome is worth another level. */
const LEAST_HOPE = 0.5;
const LARGEST_LAST_STEP_PX = 0.1;

/** Refining and propagating look at the same pictures at the same level. */
const blurredPictures = new WeakMap<GreyPicture, Map<number, GreyPicture>>();

function blurredOnce(picture: GreyPicture, { blurPx }: Level): GreyPicture {
  const known = blurredPictures.get(picture) ?? new Map<number, GreyPicture>();
  const blurred = known.get(blurPx) ?? blur(picture, blurPx);
  blurredPictures.set(picture, known.set(blurPx, blurred));
  return blurred;
}

/** @returns a function that improves a map in place and gives the correlation, or null where the limits are not kept */
export function createLimitedAligner(
  [picture0, picture1]: readonly [GreyPicture, GreyPicture],
  levels: readonly Level[],
  limits: AlignmentLimits,
): (x: number, y: number, map: PatchMap) => number | null {
  const aligners = levels.map((level) =>
    createPatchAligner(blurredOnce(picture0, level), blurredOnce(picture1, level), level),
  );
  const [leastArea, largestArea] = limits.area;
  return (x, y, map) => {
    const [startX, startY, startArea] = [map[0]!, map[1]!, determinantOf(map)];
    let [correlation, lastStepPx, deviationPx] = [0, 0, 0];
    for (const align of aligners) {
      ({ correlation, lastStepPx, deviationPx } = align(x, y, map));
      if (!(correlation >= LEAST_HOPE)) return null;
    }
    const area = determinantOf(map) / startArea;
    const isKept =
      correlation >= limits.leastCorrelation &&
      deviationPx <= limits.largestDeviationPx &&
      lastStepPx <= LARGEST_LAST_STEP_PX &&
      Math.hypot(map[0]! - startX, map[1]! - startY) <= limits.farthestPx &&
      area >= leastArea &&
      area <= largestArea &&
      contains(picture1, map[0]!, map[1]!);
    return isKept ? correlation : null;
  };
}
