/**
 * The marks of the geometry as shapes of the highlight layer: a bright stroke within a dark one, which is seen on any
 * photo and in either theme.
 */
import { Circle, Group, Line } from 'react-konva';
import { cssColour, RELATION_COLOUR } from './colourMap.ts';
import type { RelationMarks } from './useRelationMarks.ts';
import type { ScreenPoint } from './viewport.ts';

const CASING = 'rgb(0 0 0 / 0.75)';
const COLOUR = cssColour(RELATION_COLOUR);
const quiet = { listening: false, perfectDrawEnabled: false } as const;

const CROSS_REACH = 9;
/** Free in the middle, so that the feature stays in sight. */
const CROSS_GAP = 3;
const ARROW = [-15, -7, 0, 0, -15, 7];
const DIAMOND = [0, -7, 7, 0, 0, 7, -7, 0];

export function RelationShapes({ sources, lines, landings, epipoles }: RelationMarks) {
  return (
    <>
      {lines.map(({ side, from, to }) => (
        <Cased key={`line${side}`} points={[from.x, from.y, to.x, to.y]} width={1.75} />
      ))}
      {sources.map((at) => (
        <Dot key="source" at={at} />
      ))}
      {landings.map(({ side, at }) => (
        <Cross key={`landing${side}`} at={at} />
      ))}
      {epipoles.map((mark) => (
        <Group
          key={`epipole${mark.side}`}
          {...quiet}
          {...mark.at}
          rotation={mark.kind === 'arrow' ? (mark.angle * 180) / Math.PI : 0}
        >
          <Line
            {...quiet}
            points={mark.kind === 'arrow' ? ARROW : DIAMOND}
            closed={true}
            fill={COLOUR}
            stroke={CASING}
            strokeWidth={1.5}
          />
        </Group>
      ))}
    </>
  );
}

function Cased({ points, width }: { points: number[]; width: number }) {
  return (
    <>
      <Line {...quiet} points={points} stroke={CASING} strokeWidth={width + 2.5} />
      <Line {...quiet} points={points} stroke={COLOUR} strokeWidth={width} />
    </>
  );
}

function Dot({ at }: { at: ScreenPoint }) {
  return <Circle {...quiet} {...at} radius={2.5} fill={COLOUR} stroke={CASING} strokeWidth={1.25} />;
}

function Cross({ at: { x, y } }: { at: ScreenPoint }) {
  return [
    [-1, 0],
    [1, 0],
    [0, -1],
    [0, 1],
  ].map(([dx, dy]) => (
    <Cased
      key={`${dx}${dy}`}
      points={[x + dx! * CROSS_GAP, y + dy! * CROSS_GAP, x + dx! * CROSS_REACH, y + dy! * CROSS_REACH]}
      width={1.75}
    />
  ));
}
