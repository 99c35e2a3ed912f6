/** Index, coordinates and confidence of the match being looked at, in a small card near its anchor. */
import { useLayoutEffect, useRef } from 'react';
import type { MatchDescription } from './describeMatch.ts';
import { PhotoName } from './PhotoName.tsx';
import { placeReadout } from './placeReadout.ts';
import type { Extent } from './stageLayout.ts';
import type { ScreenPoint } from './viewport.ts';

interface MatchReadoutProps {
  readonly description: MatchDescription;
  readonly colour: string;
  readonly anchor: ScreenPoint;
  readonly stage: Extent;
}

export function MatchReadout({ description, colour, anchor, stage }: MatchReadoutProps) {
  const card = useRef<HTMLDivElement>(null);
  // The card's size depends on its words, so it is placed after it is laid out and before it is painted.
  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return;
    const size = { width: element.offsetWidth, height: element.offsetHeight };
    const { x, y } = placeReadout(anchor, size, stage);
    element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  });
  const { title, confidence, agreement, view, rows, measures } = description;
  return (
    <div ref={card} className="pair-stage-readout" aria-hidden="true">
      <div className="pair-stage-readout-head">
        <span className="pair-stage-swatch" style={{ background: colour }} />
        <span className="pair-stage-readout-title">{title}</span>
        {agreement && <span className="pair-stage-readout-agreement">{agreement}</span>}
        <span className="pair-stage-readout-confidence">{confidence}</span>
      </div>
      {view && <div className="pair-stage-readout-view">{view}</div>}
      <table>
        <tbody>
          {rows.map(({ name, x, y }, k) => (
            <tr key={k === 0 ? 'photo0' : 'photo1'}>
              <th scope="row">
                <PhotoName name={name} />
              </th>
              <td>{x}</td>
              <td>{y}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {measures.map(({ name, value }) => (
        <div key={name} className="pair-stage-readout-measure">
          <span>{name}</span>
          <span>{value}</span>
        </div>
      ))}
    </div>
  );
}
