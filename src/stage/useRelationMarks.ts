/**
 * The marks of the geometry for what is looked at: the point under the pointer, or both points of the match that was
 * chosen by finger or keyboard. A match whose end is under the pointer is what is pointed at.
 */
import { useMemo } from 'react';
import {
  bearEpipoles,
  type EpipoleMark,
  locateMatch,
  onScreen,
  type PhotoPoint,
  placeEpipole,
  type Side,
} from './relationMarks.ts';
import type { Relation } from './stageData.ts';
import { type Extent, type PhotoPlace, photoUnder, type StageLayout } from './stageLayout.ts';
import type { StageMarks } from './stageProps.ts';
import { type ScreenPoint, toStage, type Viewport } from './viewport.ts';

export interface RelationMarks {
  readonly kind: Relation['kind'];
  /** The pointed-at points themselves, where no ring of a match marks them. */
  readonly sources: readonly ScreenPoint[];
  readonly lines: readonly { readonly side: Side; readonly from: ScreenPoint; readonly to: ScreenPoint }[];
  readonly landings: readonly { readonly side: Side; readonly at: ScreenPoint }[];
  readonly epipoles: readonly (EpipoleMark & { readonly side: Side })[];
  /** True when a point is looked at whose line does not cross the other photo. */
  readonly lineIsOutside: boolean;
}

interface Looking {
  readonly layout: StageLayout;
  readonly viewport: Viewport;
  readonly photos: readonly [Extent, Extent];
  readonly pointer: ScreenPoint | null;
  /** Both points of the highlighted match, on the screen and in their photos. */
  readonly match: {
    readonly ends: readonly [ScreenPoint, ScreenPoint];
    readonly points: readonly [PhotoPoint, PhotoPoint];
  } | null;
  /** How far an end may be from the pointer to be what is pointed at. */
  readonly reachPx: number;
}

/** @returns null while there is no geometry to draw */
export function useRelationMarks(relation: Relation | null, looking: Looking | null): RelationMarks | null {
  const [width0, height0, width1, height1] = looking
    ? looking.photos.flatMap(({ width, height }) => [width, height])
    : [0, 0, 0, 0];
  const bearings = useMemo(() => {
    if (relation?.kind !== 'epipolar') return null;
    const photos = [
      { width: width0!, height: height0! },
      { width: width1!, height: height1! },
    ] as const;
    return bearEpipoles(relation.fundamental, photos);
  }, [relation, width0, height0, width1, height1]);
  if (!relation || !looking) return null;

  const { layout, viewport, photos } = looking;
  const places = [layout.place0, layout.place1] as const;
  const { points, sources } = lookedAt(looking, places);
  const whereabouts = points.map((point) => locateMatch(relation, point, photos));
  const toScreenIn = (side: Side, [x, y]: readonly [number, number]) =>
    onScreen(places[side], viewport, x, y);
  return {
    kind: relation.kind,
    sources: relation.kind === 'epipolar' ? sources : [],
    lines: whereabouts.flatMap((found) =>
      found.kind === 'line' && found.segment
        ? [
            {
              side: found.side,
              from: toScreenIn(found.side, found.segment[0]),
              to: toScreenIn(found.side, found.segment[1]),
            },
          ]
        : [],
    ),
    landings: whereabouts.flatMap((found) =>
      found.kind === 'place' && found.place
        ? [{ side: found.side, at: toScreenIn(found.side, found.place) }]
        : [],
    ),
    epipoles: ([0, 1] as const).flatMap((side) => {
      const bearing = bearings?.[side];
      const mark = bearing && placeEpipole(bearing, places[side], viewport, layout.stage);
      return mark ? [{ ...mark, side }] : [];
    }),
    lineIsOutside: whereabouts.some((found) => found.kind === 'line' && found.segment === null),
  };
}

function lookedAt(
  { layout, viewport, photos, pointer, match, reachPx }: Looking,
  places: readonly [PhotoPlace, PhotoPlace],
): { readonly points: readonly PhotoPoint[]; readonly sources: readonly ScreenPoint[] } {
  if (!pointer) return { points: match?.points ?? [], sources: [] };
  const point = photoUnder(layout, photos, toStage(viewport, pointer));
  if (!point) return { points: [], sources: [] };
  const end = match?.ends[point.side];
  if (match && end && Math.hypot(end.x - pointer.x, end.y - pointer.y) <= reachPx) {
    return { points: [match.points[point.side]], sources: [] };
  }
  return { points: [point], sources: [onScreen(places[point.side], viewport, point.x, point.y)] };
}

/** As plain numbers, for those who ask what is drawn. */
export function listMarks(marks: RelationMarks | null, layout: StageLayout, viewport: Viewport): StageMarks {
  const place = ({ x, y, scale }: PhotoPlace) => ({
    x: x * viewport.zoom + viewport.x,
    y: y * viewport.zoom + viewport.y,
    scale: scale * viewport.zoom,
  });
  const pair = ({ x, y }: ScreenPoint) => [x, y];
  return {
    places: [place(layout.place0), place(layout.place1)],
    lines: (marks?.lines ?? []).map(({ side, from, to }) => ({ side, ends: [pair(from), pair(to)] })),
    landings: (marks?.landings ?? []).map(({ side, at }) => ({ side, at: pair(at) })),
    epipoles: (marks?.epipoles ?? []).map(({ side, kind, at }) => ({ side, kind, at: pair(at) })),
  };
}
