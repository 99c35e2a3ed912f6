/**
 * What the geometry of a pair says about one point, and where the epipoles are: from photo pixels to the marks drawn
 * on the screen. Each mark is computed afresh from the view, so that it follows zoom and pan exactly.
 */
import { clipToPhoto, epipolarLine, epipoles, type Segment } from '../geometry/epipolar.ts';
import { apply3, invert3, type Matrix3 } from '../geometry/matrix3.ts';
import type { Relation } from './stageData.ts';
import { type Box, type Extent, isWithinPhoto, type PhotoPlace, photoToStage } from './stageLayout.ts';
import { contains, type ScreenPoint, toScreen, type Viewport } from './viewport.ts';

export type Side = 0 | 1;

/** In pixels of one photo. */
export interface PhotoPoint {
  readonly side: Side;
  readonly x: number;
  readonly y: number;
}

/** Where the match of a point lies in the other photo; null where that is outside of it. */
export type Whereabouts =
  | { readonly kind: 'line'; readonly side: Side; readonly segment: Segment | null }
  | { readonly kind: 'place'; readonly side: Side; readonly place: readonly [x: number, y: number] | null };

/** @param photos sizes of both */
export function locateMatch(
  relation: Relation,
  { side, x, y }: PhotoPoint,
  photos: readonly [Extent, Extent],
): Whereabouts {
  const other = otherSide(side);
  if (relation.kind === 'epipolar') {
    const line = epipolarLine(relation.fundamental, [x, y], side);
    return { kind: 'line', side: other, segment: line && clipToPhoto(line, photos[other]) };
  }
  const matrix = side === 0 ? relation.matrix : invert3(relation.matrix);
  const [u, v, depth] = matrix ? apply3(matrix, [x, y, 1]) : [0, 0, 0];
  const place = [u / depth, v / depth] as const;
  const isInside = depth > 0 && isWithinPhoto(photos[other], { x: place[0], y: place[1] });
  return { kind: 'place', side: other, place: isInside ? place : null };
}

/** Distance in pixels of a match's point from the line of its other point; null at the epipole. */
export function distanceFromLine(
  fundamental: Matrix3,
  from: PhotoPoint,
  [x, y]: readonly [number, number],
): number | null {
  const line = epipolarLine(fundamental, [from.x, from.y], from.side);
  return line && Math.abs(line[0] * x + line[1] * y + line[2]);
}

/** An epipole, or, where it lies at infinity, the direction that all lines of its photo have. */
export type EpipoleBearing =
  | { readonly kind: 'point'; readonly x: number; readonly y: number }
  | { readonly kind: 'direction'; readonly x: number; readonly y: number };

/** @returns null where every line of the photo goes its own way: the matrix is none of two views */
export function bearEpipoles(
  fundamental: Matrix3,
  photos: readonly [Extent, Extent],
): readonly [EpipoleBearing | null, EpipoleBearing | null] {
  const found = epipoles(fundamental);
  const bear = (side: Side): EpipoleBearing | null => {
    const epipole = found[side];
    if (epipole) return { kind: 'point', x: epipole[0], y: epipole[1] };
    const other = otherSide(side);
    const { width, height } = photos[other];
    const line = epipolarLine(fundamental, [(width - 1) / 2, (height - 1) / 2], other);
    return line && { kind: 'direction', x: line[1], y: -line[0] };
  };
  return [bear(0), bear(1)];
}

/** On the screen: the epipole itself, or an arrow at the edge of what is seen of its photo. */
export type EpipoleMark =
  | { readonly kind: 'point'; readonly at: ScreenPoint }
  /** `at` is the arrow's tip, `angle` its direction in radians, clockwise from the right. */
  | { readonly kind: 'arrow'; readonly at: ScreenPoint; readonly angle: number };

/** Of an arrow's tip from the edge. */
const EDGE_GAP = 3;

/** @returns null where nothing is seen of the photo */
export function placeEpipole(
  bearing: EpipoleBearing,
  place: PhotoPlace,
  viewport: Viewport,
  stage: Extent,
): EpipoleMark | null {
  const seen = seenPart(place, viewport, stage);
  if (!seen) return null;
  const middle = { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
  let [dx, dy] = [bearing.x, bearing.y];
  if (bearing.kind === 'point') {
    const at = onScreen(place, viewport, bearing.x, bearing.y);
    if (contains(seen, at)) return { kind: 'point', at };
    [dx, dy] = [at.x - middle.x, at.y - middle.y];
  }
  const reach = Math.min(
    Math.max(seen.width / 2 - EDGE_GAP, 0) / Math.abs(dx),
    Math.max(seen.height / 2 - EDGE_GAP, 0) / Math.abs(dy),
  );
  return {
    kind: 'arrow',
    at: { x: middle.x + reach * dx, y: middle.y + reach * dy },
    angle: Math.atan2(dy, dx),
  };
}

/** Photo pixels to CSS pixels of the stage. */
export function onScreen(place: PhotoPlace, viewport: Viewport, x: number, y: number): ScreenPoint {
  const point = photoToStage(place, { x, y });
  return toScreen(viewport, point.x, point.y);
}

function seenPart(place: PhotoPlace, viewport: Viewport, stage: Extent): Box | null {
  const corner = toScreen(viewport, place.x, place.y);
  const [left, top] = [Math.max(corner.x, 0), Math.max(corner.y, 0)];
  const right = Math.min(corner.x + place.width * viewport.zoom, stage.width);
  const bottom = Math.min(corner.y + place.height * viewport.zoom, stage.height);
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}
