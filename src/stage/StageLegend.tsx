/** What the colours mean. */
import { confidenceGradient, cssColour, INLIER_COLOUR, OUTLIER_COLOUR } from './colourMap.ts';
import type { StageView } from './stageProps.ts';

interface StageLegendProps {
  /** What the colours of confidence stand for. */
  readonly name: 'Confidence' | 'Certainty';
  readonly colourBy: StageView['colourBy'];
  /** Whether there is a geometry to agree with. */
  readonly hasGeometry: boolean;
}

export function StageLegend({ name, colourBy, hasGeometry }: StageLegendProps) {
  if (colourBy === 'confidence') {
    return (
      <div className="pair-stage-legend">
        <span>{name}</span>
        <span>0</span>
        <span className="pair-stage-gradient" style={{ background: confidenceGradient() }} />
        <span>1</span>
      </div>
    );
  }
  return (
    <div className="pair-stage-legend">
      <span className="pair-stage-swatch" style={{ background: cssColour(INLIER_COLOUR) }} />
      <span>{hasGeometry ? 'Inlier' : 'Match'}</span>
      {hasGeometry && (
        <>
          <span className="pair-stage-swatch" style={{ background: cssColour(OUTLIER_COLOUR) }} />
          <span>Outlier</span>
        </>
      )}
    </div>
  );
}
