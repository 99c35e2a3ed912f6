/** What the colours mean. */
import type { Legend } from './colourModes.ts';

export function StageLegend({ legend }: { readonly legend: Legend }) {
  return (
    <div className="pair-stage-legend">
      {legend.kind === 'scale' ? <Scale {...legend} /> : <Classes {...legend} />}
    </div>
  );
}

function Scale({ name, from, to, gradient, mark }: Extract<Legend, { kind: 'scale' }>) {
  return (
    <>
      <span>{name}</span>
      <span>{from}</span>
      <span className="pair-stage-gradient" style={{ background: gradient }}>
        {mark && <span className="pair-stage-mark" style={{ left: `${100 * mark.share}%` }} />}
      </span>
      <span>{to}</span>
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
