/** The dense match of the point under the pointer, in whichever photo that is. */
import { type Flow, flowAt } from '../pipeline/flowAt.ts';
import { confidenceColour, type Rgb } from './colourMap.ts';
import type { MatchDescription } from './describeMatch.ts';
import type { Extent, PhotoPlace, StageLayout } from './stageLayout.ts';
import type { StageDense, StagePhoto } from './stageProps.ts';
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
  const places = [layout.place0, layout.place1] as const;
  for (const side of [0, 1] as const) {
    const here = toPhoto(places[side], point);
    if (!isWithin(photos[side], here)) continue;
    const other = side === 0 ? 1 : 0;
    const there = flowAt(dense.warps[side], [here.x, here.y]);
    const isMatched = there.certainty > 0 && isWithin(photos[other], there);
    return { side, here, there, ends: isMatched ? [point, toStage(places[other], there)] : [point] };
  }
  return null;
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
  };
}

function toPhoto(place: PhotoPlace, { x, y }: ScreenPoint): ScreenPoint {
  return { x: (x - place.x) / place.scale - 0.5, y: (y - place.y) / place.scale - 0.5 };
}

function toStage(place: PhotoPlace, { x, y }: ScreenPoint): ScreenPoint {
  return { x: place.x + (x + 0.5) * place.scale, y: place.y + (y + 0.5) * place.scale };
}

/** A photo's area ends at the outer edges of its pixels. */
function isWithin({ width, height }: Extent, { x, y }: ScreenPoint): boolean {
  return x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5;
}
