/** The match being looked at and what the geometry says of it, on a layer of its own so that hovering never draws the other lines again. */
import type Konva from 'konva';
import type { Ref } from 'react';
import { Circle, Layer, Line } from 'react-konva';
import { cssColour, type Rgb } from './colourMap.ts';
import { RelationShapes } from './RelationShapes.tsx';
import type { RelationMarks } from './useRelationMarks.ts';
import type { ScreenPoint } from './viewport.ts';

const RING_RADIUS = 8;
const CASING = 'rgb(0 0 0 / 0.7)';

interface HighlightLayerProps {
  /** Both ends in CSS pixels of the stage, one where it has no match, or null for none. */
  readonly ends: readonly ScreenPoint[] | null;
  readonly colour: Rgb;
  readonly marks: RelationMarks | null;
  readonly ref: Ref<Konva.Layer>;
}

export function HighlightLayer({ ends, colour, marks, ref }: HighlightLayerProps) {
  return (
    <Layer ref={ref} listening={false}>
      {marks && <RelationShapes {...marks} />}
      {ends && <Highlight ends={ends} colour={cssColour(colour)} />}
    </Layer>
  );
}

function Highlight({ ends, colour }: { ends: readonly ScreenPoint[]; colour: string }) {
  const [from, to] = ends;
  const line = from && to ? betweenRings(from, to) : null;
  const quiet = { listening: false, perfectDrawEnabled: false } as const;
  return (
    <>
      {line && <Line {...quiet} points={line} stroke={CASING} strokeWidth={7} lineCap="round" />}
      {ends.map((end, k) => (
        <Circle
          key={k === 0 ? 'casing0' : 'casing1'}
          {...quiet}
          {...end}
          radius={RING_RADIUS}
          stroke={CASING}
          strokeWidth={7}
        />
      ))}
      {line && <Line {...quiet} points={line} stroke="white" strokeWidth={4} lineCap="round" />}
      {line && <Line {...quiet} points={line} stroke={colour} strokeWidth={2} lineCap="round" />}
      {ends.map((end, k) => (
        <Circle
          key={k === 0 ? 'ring0' : 'ring1'}
          {...quiet}
          {...end}
          radius={RING_RADIUS}
          stroke="white"
          strokeWidth={2.5}
        />
      ))}
      {ends.map((end, k) => (
        <Circle key={k === 0 ? 'point0' : 'point1'} {...quiet} {...end} radius={1.75} fill={colour} />
      ))}
    </>
  );
}

/** The line from ring to ring, so that the features themselves stay in sight; null when the rings touch. */
function betweenRings(from: ScreenPoint, to: ScreenPoint): number[] | null {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length <= 2 * RING_RADIUS) return null;
  const inset = RING_RADIUS / length;
  const [dx, dy] = [(to.x - from.x) * inset, (to.y - from.y) * inset];
  return [from.x + dx, from.y + dy, to.x - dx, to.y - dy];
}
