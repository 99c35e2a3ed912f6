/**
 * Saving what is shown, and opening a match file again. An opened file waits until its two photos are on the
 * page: its matches are never drawn over other photos, and what was there stays until then.
 */

import type { Cameras, EstimationSettings } from '../../estimators/estimator.ts';
import { estimators } from '../../estimators/registry.ts';
import { maximumMatchFileBytes, parseMatchFile } from '../../export/parseMatchFile.ts';
import { type ExportFormatId, exportFormats } from '../../export/registry.ts';
import { writeDense } from '../../export/writeDense.ts';
import type { PhotoIdentity } from '../../pipeline/pairResult.ts';
import type { Pair, PhotoSlot, WaitingMatchFile } from '../state/appState.ts';
import {
  bothPhotos,
  currentEstimate,
  currentResult,
  estimateIsOutdated,
  samePhotos,
} from '../state/selectResult.ts';
import type { SessionContext } from './sessionContext.ts';

export interface MatchFileControl {
  openMatchFile(file: Blob, name: string): Promise<void>;
  /** Draws the waiting file's matches over the photos at hand, which are others of the same size. */
  showMatchFileAnyway(): void;
  discardMatchFile(): void;
  saveMatches(format: ExportFormatId): Promise<void>;
  /** Saves the match of every point, where the result has it. */
  saveDense(): void;
  savePicture(stage: { toPng(): Promise<Blob> }): Promise<void>;
}

export function createMatchFileControl(
  { store, notices, saveFile, createdBy }: SessionContext,
  settleEstimate: () => Promise<void>,
  nextResultId: () => number,
): MatchFileControl & {
  /** Shows a waiting file as soon as its photos are there; returns the function that stops watching. */
  watchPhotos(): () => void;
} {
  /** The latest file wins, however long each takes to read. */
  let latest = 0;

  function showIfPhotosFit(): void {
    const { waitingFile: waiting, photos } = store.getState();
    const loaded = bothPhotos({ photos });
    if (waiting && samePhotos(waiting.result.photos, loaded)) show(waiting, waiting.result.photos);
  }

  function show(waiting: WaitingMatchFile, photos: Pair<PhotoIdentity>): void {
    const state = store.getState();
    const { cameras, ...geometry }: EstimationSettings = waiting.geometry ?? state.geometry;
    store.setState({
      waitingFile: null,
      result: { ...waiting.result, photos },
      estimate: waiting.estimate,
      geometry,
      photos: cameras ? withCameras(state.photos, cameras) : state.photos,
      view: { ...state.view, ...waiting.selection },
      highlighted: null,
    });
  }

  return {
    async openMatchFile(file, name) {
      const own = ++latest;
      try {
        // One byte more than allowed is enough to be refused, and no more than that is read.
        const text = await file.slice(0, maximumMatchFileBytes + 1).text();
        if (own !== latest) return;
        store.setState({ waitingFile: toWaiting(text, name, nextResultId()) });
        showIfPhotosFit();
      } catch (error) {
        notices.reportFailure(error);
      }
    },
    showMatchFileAnyway() {
      const { waitingFile: waiting, photos } = store.getState();
      const loaded = bothPhotos({ photos });
      if (waiting && loaded) show(waiting, [loaded[0].description, loaded[1].description]);
    },
    discardMatchFile: () => store.setState({ waitingFile: null }),
    watchPhotos: () =>
      store.subscribe((state, before) => {
        if (state.photos !== before.photos) showIfPhotosFit();
      }),

    async saveMatches(formatId) {
      try {
        await settleEstimate();
        const state = store.getState();
        const result = currentResult(state);
        if (!result) return;
        const estimate = estimateIsOutdated(state) ? null : currentEstimate(state);
        const format = exportFormats[formatId];
        const text = format.write(
          {
            photos: result.photos,
            matches: result.matches,
            selection: state.view,
            estimation: estimate?.estimation ?? null,
          },
          createdBy,
        );
        saveFile(
          new Blob([text], { type: format.mimeType }),
          `${nameOfPair(result.photos)}.${format.extension}`,
        );
      } catch (error) {
        notices.reportFailure(error);
      }
    },

    saveDense() {
      const result = currentResult(store.getState());
      if (!result?.matches.dense) return;
      try {
        const archive = new Blob([writeDense(result.matches.dense)], { type: 'application/octet-stream' });
        saveFile(archive, `${nameOfPair(result.photos)}.npz`);
      } catch (error) {
        notices.reportFailure(error);
      }
    },

    async savePicture(stage) {
      try {
        const picture = await stage.toPng();
        const names = bothOrOne(store.getState().photos.map(({ photo }) => photo?.description.name ?? null));
        saveFile(picture, `${names}.png`);
      } catch (error) {
        notices.reportFailure(error);
      }
    },
  };
}

/** An estimation of a file is shown with the cameras it was made with. */
function withCameras(photos: Pair<PhotoSlot>, cameras: Cameras): Pair<PhotoSlot> {
  const withCamera = (slot: PhotoSlot, side: 0 | 1): PhotoSlot =>
    slot.photo ? { ...slot, photo: { ...slot.photo, camera: cameras[side] } } : slot;
  return [withCamera(photos[0], 0), withCamera(photos[1], 1)];
}

function toWaiting(text: string, fileName: string, resultId: number): WaitingMatchFile {
  const { photos, matches, selection, estimation, estimationSettings } = parseMatchFile(text);
  return {
    fileName,
    selection,
    geometry: estimationSettings && estimationSettings.model in estimators ? estimationSettings : null,
    result: { id: resultId, photos, matches, source: { kind: 'file', fileName } },
    estimate: estimation && {
      resultId,
      matchCount: matches.confidence.length,
      selection,
      settings: estimation.settings,
      estimation,
      milliseconds: null,
    },
  };
}

function nameOfPair(photos: readonly { readonly name: string }[]): string {
  return bothOrOne(photos.map(({ name }) => name));
}

/** `a.jpg` and `b.jpg` become `a-b`. */
function bothOrOne(names: readonly (string | null)[]): string {
  return names.flatMap((name) => (name === null ? [] : [name.replace(/\.[^.]+$/, '')])).join('-');
}
