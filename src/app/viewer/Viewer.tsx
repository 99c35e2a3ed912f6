import { PairStage } from '../../stage/PairStage.tsx';
import type { StagePhoto } from '../../stage/stageData.ts';
import type { DenseView } from '../../stage/stageProps.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import type { LoadedPhoto } from '../state/appState.ts';
import { remember } from '../state/remember.ts';
import { currentResult } from '../state/selectResult.ts';
import { currentWarp, shownMode } from '../state/selectWarp.ts';
import { stageGeometry } from '../state/stageGeometry.ts';
import { useTheme } from '../state/useTheme.ts';
import { DropLayer } from './DropLayer.tsx';
import { EmptyState } from './EmptyState.tsx';
import { NoticeArea } from './NoticeArea.tsx';
import { StageHint } from './StageHint.tsx';
import './Viewer.css';
import { ZoomButtons } from './ZoomButtons.tsx';

const toStagePhoto = () =>
  remember((photo: LoadedPhoto | null): StagePhoto | null =>
    photo
      ? {
          name: photo.description.name,
          width: photo.description.width,
          height: photo.description.height,
          image: photo.preview,
        }
      : null,
  );
const stagePhoto0 = toStagePhoto();
const stagePhoto1 = toStagePhoto();

const shownDenseView = remember(
  (view: DenseView, mode: DenseView['mode']): DenseView => (view.mode === mode ? view : { ...view, mode }),
);

/** The stage with what lies over it: messages, the way to begin, zoom buttons. */
export function Viewer() {
  const { stage, session } = useServices();
  const photo0 = useApp((state) => stagePhoto0(state.photos[0].photo));
  const photo1 = useApp((state) => stagePhoto1(state.photos[1].photo));
  const matches = useApp((state) => currentResult(state)?.matches ?? null);
  const geometry = useApp(stageGeometry);
  const view = useApp((state) => state.view);
  const dense = useApp(currentWarp);
  const denseView = useApp((state) => shownDenseView(state.denseView, shownMode(state)));
  const highlighted = useApp((state) => state.highlighted);
  const theme = useTheme();
  const empty = useApp((state) => state.photos.every(({ photo }) => !photo));
  return (
    <main className="viewer" aria-label="Photos and matches">
      {empty ? (
        <EmptyState />
      ) : (
        <>
          <PairStage
            ref={stage}
            photo0={photo0}
            photo1={photo1}
            matches={matches}
            geometry={geometry}
            view={view}
            dense={dense}
            denseView={denseView}
            theme={theme}
            highlighted={highlighted}
            onHighlight={session.highlight}
          />
          <ZoomButtons />
        </>
      )}
      <StageHint />
      <NoticeArea />
      <DropLayer />
    </main>
  );
}
