import { useApp, useServices } from '../state/AppContext.ts';
import type { AppState } from '../state/appState.ts';
import { bothPhotos, currentResult, resultIsOutdated, samePhotos } from '../state/selectResult.ts';
import './StageHint.css';

/** One line over the stage when something about it must be said: what to do next, or what is shown. */
export function StageHint() {
  const { session } = useServices();
  const waiting = useApp((state) => state.waitingFile);
  const hint = useApp(selectHint);
  if (waiting) {
    const [photo0, photo1] = waiting.result.photos;
    return (
      <div className="floating stageHint" role="status">
        <span>
          {hint === 'swapped'
            ? `The photos of “${waiting.fileName}” are here the other way round.`
            : `“${waiting.fileName}” belongs to ${photo0.name} and ${photo1.name}: ${
                hint === 'other-photos' ? 'other photos are open, so open these two' : 'open them'
              } to see its matches.`}
        </span>
        {hint === 'swapped' && (
          <button type="button" className="linkButton" onClick={session.swapPhotos}>
            Swap
          </button>
        )}
        <button type="button" className="linkButton" onClick={session.discardMatchFile}>
          Discard
        </button>
      </div>
    );
  }
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

function selectHint(
  state: AppState,
): 'other-photos' | 'swapped' | 'second-photo' | 'outdated' | 'no-matches' | null {
  const photos = bothPhotos(state);
  if (state.waitingFile) {
    if (!photos) return null;
    return samePhotos(state.waitingFile.result.photos, [photos[1], photos[0]]) ? 'swapped' : 'other-photos';
  }
  if (!photos) return 'second-photo';
  if (state.run.phase !== 'idle') return null;
  if (resultIsOutdated(state)) return 'outdated';
  return currentResult(state)?.matches.confidence.length === 0 ? 'no-matches' : null;
}
