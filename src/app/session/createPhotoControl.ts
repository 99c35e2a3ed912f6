/**
 * Opening, swapping and replacing the two photos. The latest file for a side wins; a file that can't be opened
 * leaves the photo that was there.
 */
import { chooseCamera } from '../../geometry/pinholeCamera.ts';
import type { LoadedPhoto, Pair, PhotoSlot, Side } from '../state/appState.ts';
import type { SessionContext } from './sessionContext.ts';

export interface PhotoControl {
  /** Resolves to true when the photo took its place, to false when it failed or a newer one came. */
  open(side: Side, file: Blob, name: string): Promise<boolean>;
  swap(): void;
}

interface Opening {
  side: Side;
  readonly abort: AbortController;
}

/** The stage may still draw a preview in the frame that replaces it. */
const previewAfterlifeMs = 500;

export function createPhotoControl(
  { client, store, notices }: SessionContext,
  onPhotosChanged: () => void,
): PhotoControl {
  const openings = new Set<Opening>();

  function setSlot(side: Side, change: Partial<PhotoSlot>): void {
    const [slot0, slot1] = store.getState().photos;
    const photos: Pair<PhotoSlot> =
      side === 0 ? [{ ...slot0, ...change }, slot1] : [slot0, { ...slot1, ...change }];
    store.setState({ photos });
  }

  function close(photo: LoadedPhoto | null): void {
    if (!photo) return;
    setTimeout(() => photo.preview.close(), previewAfterlifeMs);
    client.closePhoto(photo.photoId).catch(notices.reportFailure);
  }

  function abandonOpening(side: Side): void {
    for (const opening of openings) {
      if (opening.side !== side) continue;
      openings.delete(opening);
      opening.abort.abort();
    }
  }

  return {
    async open(side, file, name) {
      abandonOpening(side);
      const opening: Opening = { side, abort: new AbortController() };
      openings.add(opening);
      setSlot(side, { opening: name });
      try {
        const opened = await client.openPhoto(opening.abort.signal, file, name);
        const photo: LoadedPhoto = {
          ...opened,
          bytes: file.size,
          camera: chooseCamera(opened.description),
        };
        if (!openings.has(opening)) {
          close(photo);
          return false;
        }
        onPhotosChanged();
        notices.withdrawRemedies();
        // The side may have changed while the file was read: a swap takes openings along.
        close(store.getState().photos[opening.side].photo);
        setSlot(opening.side, { photo });
        store.setState({ highlighted: null });
        return true;
      } catch (error) {
        if (openings.has(opening)) notices.reportFailure(error);
        return false;
      } finally {
        if (openings.delete(opening)) setSlot(opening.side, { opening: null });
      }
    },
    swap() {
      onPhotosChanged();
      for (const opening of openings) opening.side = opening.side === 0 ? 1 : 0;
      store.setState(({ photos: [slot0, slot1] }) => ({ photos: [slot1, slot0], highlighted: null }));
    },
  };
}
