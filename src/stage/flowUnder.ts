/** The dense match of the point under the pointer, in whichever photo that is. */
import { type Flow, flowAt } from '../pipeline/flowAt.ts';
import { confidenceColour, type Rgb } from './colourMap.ts';
import type { MatchDescription } from './describeMatch.ts';
import type { StagePhoto } from './stageData.ts';
import { type Extent, isWithinPhoto, photoToStage, photoUnder, type StageLayout } from './stageLayout.ts';
import type { StageDense } from './stageProps.ts';
import type { ScreenPoint } from './viewport.ts';

export interface FlowUnder {
  /** The photo that is pointed at. */
  readonly side: 0 | 1;
  /** In pixels of that photo. */
  readonly here: ScreenPoint;
  /** In pixels of the other photo. */
  readonly there: Flow;
  /** On the stage: the point itself, and its match where that lies in the other photo. */
  readonly ends: readonly ScreenPoint[];
}

/** @param point in stage coordinates; @returns null where there is no photo */
export function flowUnder(
  dense: StageDense,
  layout: StageLayout,
  photos: readonly [Extent, Extent],
  point: ScreenPoint,
): FlowUnder | null {
  const under = photoUnder(layout, photos, point);
  if (!under) return null;
  const { side, x, y } = under;
  const other = side === 0 ? 1 : 0;
  const there = flowAt(dense.warps[side], [x, y]);
  const isMatched = there.certainty > 0 && isWithinPhoto(photos[other], there);
  const otherPlace = other === 0 ? layout.place0 : layout.place1;
  return {
    side,
    here: { x, y },
    there,
    ends: isMatched ? [point, photoToStage(otherPlace, there)] : [point],
  };
}

export function colourOfFlow({ there }: FlowUnder): Rgb {
  return confidenceColour(there.certainty);
}

export function describeFlow(
  { side, here, there, ends }: FlowUnder,
  photo0: StagePhoto,
  photo1: StagePhoto,
): MatchDescription {
  const names = [photo0.name, photo1.name] as const;
  const own = { name: names[side], x: here.x.toFixed(1), y: here.y.toFixed(1) };
  const isMatched = ends.length > 1;
  const other = {
    name: names[side === 0 ? 1 : 0],
    x: isMatched ? there.x.toFixed(1) : '–',
    y: isMatched ? there.y.toFixed(1) : '–',
  };
  return {
    title: 'Certainty',
    confidence: there.certainty.toFixed(3),
    agreement: null,
    view: null,
    rows: side === 0 ? [own, other] : [other, own],
    measures: [],
  };
}
