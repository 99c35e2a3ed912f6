/** What the colours mean. */
import { cssColour, RELATION_COLOUR } from './colourMap.ts';
import type { Legend } from './colourModes.ts';
import type { RelationMarks } from './useRelationMarks.ts';

interface StageLegendProps {
  /** Of the lines between the photos. */
  readonly legend: Legend | null;
  readonly marks?: RelationMarks | null;
}

export function StageLegend({ legend, marks }: StageLegendProps) {
  const hasMarks = marks?.kind === 'epipolar';
  if (!legend && !hasMarks) return null;
  return (
    <div className="pair-stage-legend">
      {legend && (legend.kind === 'scale' ? <Scale {...legend} /> : <Classes {...legend} />)}
      {hasMarks && <Marks {...marks} />}
    </div>
  );
}

function Marks({ lineIsOutside, epipoles }: RelationMarks) {
  const background = cssColour(RELATION_COLOUR);
  const isAway = epipoles.every(({ kind }) => kind === 'arrow');
  return (
    <>
      <span className="pair-stage-legend-entry">
        <span className="pair-stage-stroke" style={{ background }} />
        {lineIsOutside ? 'Line misses the other photo' : 'Epipolar line'}
      </span>
      {epipoles.length > 0 && (
        <span className="pair-stage-legend-entry pair-stage-legend-extra">
          <span className={isAway ? 'pair-stage-arrow' : 'pair-stage-diamond'} style={{ background }} />
          {isAway ? 'Towards the epipole' : 'Epipole'}
        </span>
      )}
    </>
  );
}

function Scale({ name, from, to, gradient, mark }: Extract<Legend, { kind: 'scale' }>) {
  return (
    <>
      <span className="pair-stage-legend-entry pair-stage-scale">
        <span>{name}</span>
        <span>{from}</span>
        <span className="pair-stage-gradient" style={{ background: gradient }}>
          {mark && <span className="pair-stage-mark" style={{ left: `${100 * mark.share}%` }} />}
        </span>
        <span>{to}</span>
      </span>
      {mark && (
        <span className="pair-stage-legend-entry">
          <span className="pair-stage-mark" />
          {mark.label}
        </span>
      )}
    </>
  );
}

function Classes({ classes }: Extract<Legend, { kind: 'classes' }>) {
  return classes.map(({ label, colour }) => (
    <span key={label} className="pair-stage-legend-entry">
      <span className="pair-stage-swatch" style={{ background: colour }} />
      {label}
    </span>
  ));
}
