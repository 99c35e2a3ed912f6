import { comparePhotos } from '../../export/comparePhotos.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import type { AppState, WaitingMatchFile } from '../state/appState.ts';
import { bothPhotos, currentResult, resultIsOutdated } from '../state/selectResult.ts';
import './StageHint.css';

/** One line over the stage when something about it must be said: what to do next, or what is shown. */
export function StageHint() {
  const { session } = useServices();
  const waiting = useApp((state) => state.waitingFile);
  const hint = useApp(selectHint);
  if (waiting) return <WaitingHint waiting={waiting} />;
  if (hint === 'second-photo') {
    return (
      <div className="floating stageHint" role="status">
        Now drop, choose or paste the other photo
      </div>
    );
  }
  if (hint === 'outdated') {
    return (
      <div className="floating stageHint" role="status">
        <span>These matches were made with other matcher settings</span>
        <button type="button" className="linkButton" onClick={() => void session.runMatch()}>
          Match again
        </button>
      </div>
    );
  }
  if (hint === 'no-matches') {
    return (
      <div className="floating stageHint" role="status">
        No matches: the photos seem to show nothing in common, or too little texture
      </div>
    );
  }
  return null;
}

/** A match file without its photos: says which ones it needs, and what can be done with the ones at hand. */
function WaitingHint({ waiting }: { waiting: WaitingMatchFile }) {
  const { session } = useServices();
  const photos = useApp((state) => state.photos);
  const loaded = bothPhotos({ photos });
  const wanted = waiting.result.photos;
  const comparison = loaded && comparePhotos(wanted, [loaded[0].description, loaded[1].description]);
  const message =
    comparison && comparison.verdict !== 'same'
      ? comparison.message
      : `The match file needs its photos: open “${wanted[0].name}” first and “${wanted[1].name}” second.`;
  return (
    <div className="floating stageHint" role="status">
      <span>{message}</span>
      {comparison?.verdict === 'swapped' && (
        <button type="button" className="linkButton" onClick={session.swapPhotos}>
          Swap
        </button>
      )}
      {comparison?.verdict === 'same-size' && (
        <button type="button" className="linkButton" onClick={session.showMatchFileAnyway}>
          Show anyway
        </button>
      )}
      <button type="button" className="linkButton" onClick={session.discardMatchFile}>
        Discard
      </button>
    </div>
  );
}

function selectHint(state: AppState): 'second-photo' | 'outdated' | 'no-matches' | null {
  const photos = bothPhotos(state);
  if (!photos) return state.photos.some(({ photo }) => photo !== null) ? 'second-photo' : null;
  if (state.run.phase !== 'idle') return null;
  if (resultIsOutdated(state)) return 'outdated';
  return currentResult(state)?.matches.confidence.length === 0 ? 'no-matches' : null;
}
