import { useState } from 'react';
import type { EstimationFailure } from '../../estimators/estimator.ts';
import { estimators } from '../../estimators/registry.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import { CheckIcon, CopyIcon } from '../controls/icons.tsx';
import { formatPercent } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { currentEstimate, estimateIsOutdated } from '../state/selectResult.ts';
import './GeometryReadout.css';
import { PoseReadout } from './PoseReadout.tsx';

/**
 * Inliers first, then what belongs to the model, then the matrix; or in their place why there is no geometry. Its
 * height changes with the chosen model alone.
 */
export function GeometryReadout() {
  const estimate = useApp(currentEstimate);
  const model = useApp((state) => state.geometry.model);
  const outdated = useApp(estimateIsOutdated);
  const estimation = estimate?.estimation;
  const found = estimation?.ok ? estimation : null;
  const total = estimate?.matchCount ?? 0;
  return (
    <div className={outdated ? 'geometryReadout isOutdated' : 'geometryReadout'} data-testid="geometry">
      <div className="inlierLine">
        <span className={found ? 'inlierCount' : 'inlierCount isNone'}>
          {found ? formatCount(found.inlierCount) : '–'}
        </span>
        <span className="inlierOf">{describeTotal(estimation?.ok ?? null, total)}</span>
        <span className="inlierRatio">
          {found && total > 0 ? formatPercent(found.inlierCount / total, 1) : ''}
        </span>
      </div>
      <div className={`geometryDetails is-${model}`}>
        {estimation?.ok === false ? (
          <Failure {...estimation} />
        ) : (
          <>
            {model === 'automatic' && (
              <p className="choiceReason">{found?.choiceReason?.replaceAll(' %', '\u00a0%')}</p>
            )}
            {model === 'essential' && (
              <PoseReadout estimation={found?.model === 'essential' ? found : null} />
            )}
            <Matrix matrix={found?.matrix ?? null} />
          </>
        )}
      </div>
    </div>
  );
}

function Failure({ message, insteadModel }: EstimationFailure) {
  const { session } = useServices();
  return (
    <div className="geometryReason">
      <p>{message}</p>
      {insteadModel && (
        <button type="button" className="linkButton" onClick={() => session.chooseModel(insteadModel)}>
          Choose “{estimators[insteadModel].label}”
        </button>
      )}
    </div>
  );
}

function Matrix({ matrix }: { matrix: readonly number[] | null }) {
  const { session } = useServices();
  const [copied, setCopied] = useState<readonly number[] | null>(null);
  const cells = matrix ?? Array.from({ length: 9 }, () => null);
  return (
    <div className="matrixBlock">
      <div className="matrix" role="img" aria-label={matrix ? `Matrix ${matrix.join(' ')}` : 'No matrix yet'}>
        {cells.map((cell, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place in the matrix
          <span key={position}>{cell === null ? '·' : formatCell(cell)}</span>
        ))}
      </div>
      <button
        type="button"
        className="button isPlain isIcon"
        aria-label="Copy the matrix"
        title="Copy the matrix"
        disabled={!matrix}
        onClick={async () => {
          if (matrix && (await session.copyText(formatMatrix(matrix)))) setCopied(matrix);
        }}
      >
        {matrix && copied === matrix ? <CheckIcon /> : <CopyIcon />}
      </button>
    </div>
  );
}

/** At most nine characters, so that the columns hold still. */
function formatCell(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(2) : value.toPrecision(5);
  return text.replace('-', '−').replace('e-', 'e−');
}

function formatMatrix(matrix: readonly number[]): string {
  return [0, 3, 6].map((row) => matrix.slice(row, row + 3).join('\t')).join('\n');
}

function describeTotal(found: boolean | null, total: number): string {
  if (found === null) return 'inliers';
  return found ? `of ${formatCount(total)} are inliers` : `no geometry from ${formatCount(total)} matches`;
}
