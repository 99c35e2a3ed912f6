/**
 * Keeps the pictures of what the network sees up to date while somebody looks at them. Each change asks at once; the
 * client lets the latest request win, and pictures of earlier settings are shown until it answers, so that a dragged
 * slider moves smoothly.
 */
import { CovisError, isAbort } from '../../reporting/covisError.ts';
import type { PreviewRequest } from '../../worker/protocol.ts';
import type { AppState } from '../state/appState.ts';
import { changeSlice } from '../state/createAppStore.ts';
import type { SessionContext } from './sessionContext.ts';

export interface PreviewControl {
  /** Watches the store; returns the function that stops it. */
  start(): () => void;
  /** @param wanted false frees the pictures */
  show(wanted: boolean): void;
}

export function createPreviewControl({ client, store, notices }: SessionContext): PreviewControl {
  /** The latest request, so that one that failed is not made again. */
  let asked: { readonly key: string | null; readonly photos: string | null } = { key: null, photos: null };
  let ofThesePhotos = new AbortController();

  function tend(): void {
    const request = requestOf(store.getState());
    const key = request && JSON.stringify(request);
    if (key === asked.key) return;
    const photos = request?.photos.join() ?? null;
    const arePhotosNew = photos !== asked.photos;
    asked = { key, photos };
    if (arePhotosNew) {
      ofThesePhotos.abort();
      ofThesePhotos = new AbortController();
      changeSlice(store, 'inputPreview', { shown: null, failure: null });
    }
    if (request) void ask(request, key, ofThesePhotos.signal);
  }

  async function ask(request: PreviewRequest, key: string | null, signal: AbortSignal): Promise<void> {
    try {
      const shown = await client.previewInput(signal, request);
      if (!signal.aborted) changeSlice(store, 'inputPreview', { shown, failure: null });
    } catch (error) {
      if (isAbort(error) || asked.key !== key) return;
      if (error instanceof CovisError && error.stage === 'preprocess') {
        changeSlice(store, 'inputPreview', { shown: null, failure: error.message });
      } else notices.reportFailure(error);
    }
  }

  return {
    start() {
      const stop = store.subscribe(tend);
      tend();
      return () => {
        stop();
        ofThesePhotos.abort();
      };
    },
    show: (wanted) => changeSlice(store, 'inputPreview', { wanted }),
  };
}

function requestOf({ inputPreview, photos, matcher }: AppState): PreviewRequest | null {
  if (!inputPreview.wanted || photos.every(({ photo }) => photo === null)) return null;
  const { matcher: id, longEdge, preprocessing } = matcher.settings;
  return {
    photos: [photos[0].photo?.photoId ?? null, photos[1].photo?.photoId ?? null],
    settings: { matcher: id, longEdge, ...(preprocessing && { preprocessing }) },
  };
}
