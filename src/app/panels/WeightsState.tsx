import { DownloadIcon, TrashIcon } from '../controls/icons.tsx';
import { formatBytes, formatPercent } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { selectedWeights } from '../state/selectResult.ts';

/** Where the chosen weights are, and the one thing to do about it: download, remove, or cancel a transfer. */
export function WeightsState() {
  const { session } = useServices();
  const transfer = useApp((state) => state.matcher.transfer);
  const selected = useApp(selectedWeights);
  if (transfer) {
    const reading = transfer.weightsId === null;
    return (
      <div
        className="weightsState"
        role="status"
        aria-label={reading ? 'Reading weights' : 'Downloading weights'}
      >
        <span className="meter" style={{ '--done': transfer.fraction } as React.CSSProperties}>
          <span />
        </span>
        <span className="weightsShare">{reading ? 'Reading…' : formatPercent(transfer.fraction)}</span>
        <button type="button" className="linkButton" onClick={session.cancelTransfer}>
          Cancel
        </button>
      </div>
    );
  }
  if (!selected) return <div className="weightsState">Reading the catalogue…</div>;
  const size = formatBytes(selected.bytes);
  if (selected.state === 'bundled') {
    return (
      <div className="weightsState">
        <span>
          Bundled, {size}, {selected.licence}
        </span>
      </div>
    );
  }
  if (selected.state === 'remote') {
    return (
      <div className="weightsState">
        <button
          type="button"
          className="linkButton withIcon"
          onClick={() => void session.downloadWeights(selected.id)}
        >
          <DownloadIcon />
          Download {size}
        </button>
        <span className="weightsLicence" title={selected.licence}>
          {selected.licence}
        </span>
      </div>
    );
  }
  return (
    <div className="weightsState">
      <span className="weightsLicence" title={selected.licence}>
        On device, {size}
      </span>
      <button
        type="button"
        className="linkButton withIcon"
        onClick={() => void session.removeWeights(selected.id)}
      >
        <TrashIcon />
        Remove
      </button>
    </div>
  );
}
