import { SwapIcon } from '../controls/icons.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import { PhotoSlotButton } from './PhotoSlotButton.tsx';
import { RunButton } from './RunButton.tsx';
import { SamplesMenu } from './SamplesMenu.tsx';
import { ThemeButton } from './ThemeButton.tsx';
import './TopBar.css';

export function TopBar() {
  const { session } = useServices();
  const empty = useApp(({ photos }) => photos.every(({ photo, opening }) => !photo && opening === null));
  return (
    <header className="topBar">
      <h1 className="brand">Covis</h1>
      <div className="photoPair">
        <PhotoSlotButton side={0} />
        <button
          type="button"
          className="button isPlain isIcon"
          aria-label="Swap the photos"
          title="Swap the photos"
          disabled={empty}
          onClick={session.swapPhotos}
        >
          <SwapIcon />
        </button>
        <PhotoSlotButton side={1} />
      </div>
      <div className="barActions">
        <SamplesMenu />
        <ThemeButton />
        <RunButton />
      </div>
    </header>
  );
}
