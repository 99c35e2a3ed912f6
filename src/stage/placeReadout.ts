/** Puts the readout beside its anchor and never outside the stage, nor under the pointer. */
import type { Extent } from './stageLayout.ts';
import type { ScreenPoint } from './viewport.ts';

const DISTANCE = 18;
const EDGE = 8;

/** @returns the top-left corner of the readout in CSS pixels */
export function placeReadout(anchor: ScreenPoint, readout: Extent, stage: Extent): ScreenPoint {
  return {
    x: besideAnchor(anchor.x, readout.width, stage.width),
    y: besideAnchor(anchor.y, readout.height, stage.height),
  };
}

function besideAnchor(anchor: number, length: number, stage: number): number {
  const after = anchor + DISTANCE;
  const before = anchor - DISTANCE - length;
  const place = after + length + EDGE <= stage ? after : before;
  return Math.max(EDGE, Math.min(place, stage - EDGE - length));
}
