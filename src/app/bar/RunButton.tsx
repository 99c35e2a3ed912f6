import { formatBytes, formatPercent } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import {
  bothPhotos,
  currentResult,
  missingWeights,
  resultIsOutdated,
  selectedWeights,
} from '../state/selectResult.ts';
import './RunButton.css';

/** Starts the matcher; while it runs, the same place cancels it and fills with its progress. */
export function RunButton() {
  const { session } = useServices();
  const { phase, progress } = useApp((state) => state.run);
  const ready = useApp((state) => bothPhotos(state) !== null && selectedWeights(state) !== null);
  const missing = useApp(missingWeights);
  const due = useApp((state) => currentResult(state) === null || resultIsOutdated(state));
  const download = useApp((state) => {
    const weights = selectedWeights(state);
    return weights?.state === 'remote' ? weights.bytes : 0;
  });

  if (phase !== 'idle') {
    const fraction = progress?.fraction ?? 0;
    return (
      <button
        type="button"
        className="button runButton isRunning"
        disabled={phase === 'cancelling'}
        title="Cancel matching (Escape)"
        style={{ '--done': fraction } as React.CSSProperties}
        onClick={session.cancelRun}
      >
        <span>{phase === 'cancelling' ? 'Cancelling' : 'Cancel'}</span>
        <span>{formatPercent(fraction)}</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      className={due && missing === null ? 'button runButton isPrimary' : 'button runButton'}
      disabled={!ready}
      // Pressed all the same, it says what is missing.
      aria-disabled={missing !== null}
      title={
        missing ??
        (download
          ? `Match the photos (downloads ${formatBytes(download)} first)`
          : 'Match the photos (Ctrl or ⌘ + Enter)')
      }
      onClick={() => void session.runMatch()}
    >
      Match
    </button>
  );
}
