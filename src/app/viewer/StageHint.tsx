import { useApp, useServices } from '../state/AppContext.ts';
import type { AppState } from '../state/appState.ts';
import { bothPhotos, currentResult, resultIsOutdated } from '../state/selectResult.ts';
import './StageHint.css';

/** One line over the stage when something about it must be said: what to do next, or what is shown. */
export function StageHint() {
  const { session } = useServices();
  const waiting = useApp((state) => state.waitingFile);
  const hint = useApp(selectHint);
  if (waiting) {
    const [name0, name1] = waiting.result.photos.map(({ name }) => name);
    return (
      <div className="floating stageHint" role="status">
        <span>
          {hint === 'other-photos'
            ? `“${waiting.fileName}” belongs to other photos than these: open ${name0} first and ${name1} second to see its matches.`
            : `“${waiting.fileName}” needs its photos: open ${name0} first and ${name1} second.`}
        </span>
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

function selectHint(state: AppState): 'other-photos' | 'second-photo' | 'outdated' | 'no-matches' | null {
  const photos = bothPhotos(state);
  if (state.waitingFile) return photos ? 'other-photos' : null;
  if (!photos) return 'second-photo';
  if (state.run.phase !== 'idle') return null;
  if (resultIsOutdated(state)) return 'outdated';
  return currentResult(state)?.matches.confidence.length === 0 ? 'no-matches' : null;
}
