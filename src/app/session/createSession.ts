/**
 * Everything a person can ask of the page, as plain functions on the store and the worker client. All
 * asynchronous work is here, outside React, so that nothing depends on what is mounted.
 */
import type { RequestedModel } from '../../estimators/estimator.ts';
import type { MatcherId } from '../../matchers/registry.ts';
import {
  type MatchSettings,
  neutralPreprocessing,
  type Preprocessing,
  samePreprocessing,
} from '../../pipeline/pairMatches.ts';
import type { DenseView, StageView } from '../../stage/stageProps.ts';
import type { WeightsOptions } from '../../weights/weightsDescription.ts';
import type { ProviderPreference } from '../../worker/protocol.ts';
import type { GeometrySlice, NoticeRemedy, Sample, Side, ThemeChoice } from '../state/appState.ts';
import { changeSlice } from '../state/createAppStore.ts';
import { selectedWeights } from '../state/selectResult.ts';
import { createDenseControl } from './createDenseControl.ts';
import { createEstimateControl } from './createEstimateControl.ts';
import { createGeometryControl } from './createGeometryControl.ts';
import { createMatchFileControl, type MatchFileControl } from './createMatchFileControl.ts';
import { createPhotoControl } from './createPhotoControl.ts';
import { createPreviewControl } from './createPreviewControl.ts';
import { createRunControl } from './createRunControl.ts';
import { createWeightsControl } from './createWeightsControl.ts';
import { loadSamples } from './loadSamples.ts';
import type { SessionContext } from './sessionContext.ts';
import { takeFiles } from './takeFiles.ts';

export interface SessionParts extends SessionContext {
  /** Puts text on the clipboard. */
  readonly writeClipboard: (text: string) => Promise<void>;
  /** Keeps the choice of theme over reloads. */
  readonly rememberTheme: (theme: ThemeChoice) => void;
  readonly systemTheme: () => 'light' | 'dark';
}

export interface Session extends MatchFileControl {
  /** Reads the catalogue, asks what the browser can do, lists the samples; keeps the geometry up to date. */
  start(): Promise<void>;
  openPhoto(side: Side, file: Blob, name: string): Promise<boolean>;
  swapPhotos(): void;
  /** Opens a pair and, as a newcomer expects, matches it at once if that needs no download. */
  openSample(sample: Sample): Promise<void>;
  /**
   * Photos fill `side`, else the empty places, else the second; weights are imported; a match file is opened.
   */
  takeFiles(files: readonly File[], side?: Side | null): void;
  runMatch(): Promise<void>;
  cancelRun(): void;
  /** Changes the settings as a notice proposed, and runs. */
  runWithRemedy(remedy: NoticeRemedy): Promise<void>;
  /** Brings back the weights and settings that were last chosen for it. */
  selectMatcher(matcher: MatcherId): void;
  selectWeights(weightsId: string): void;
  downloadWeights(weightsId: string): Promise<void>;
  cancelTransfer(): void;
  askWeightsOptions(weightsId: string): void;
  answerWeightsOptions(options: WeightsOptions | null): Promise<void>;
  removeWeights(weightsId: string): Promise<void>;
  chooseLongEdge(longEdge: number): void;
  chooseViews(views: MatchSettings['views']): void;
  /** @param refinement null for places as the matcher gives them */
  chooseRefinement(refinement: MatchSettings['refinement'] | null): void;
  /** Of dense matches; those at hand are sampled again without a run. */
  chooseSamples(samples: number): void;
  changePreprocessing(change: Partial<Preprocessing>): void;
  /** Keeps pictures of what the network sees up to date, or frees them. */
  showInputPreview(wanted: boolean): void;
  chooseProvider(provider: ProviderPreference): void;
  /** Brings back the settings that were last chosen for it. */
  chooseModel(model: RequestedModel): void;
  changeGeometry(change: Partial<Omit<GeometrySlice, 'model'>>): void;
  /** In pixels of the photo; null goes back to that of EXIF, or the guess. */
  chooseFocalLength(side: Side, focalPx: number | null): void;
  changeView(change: Partial<StageView>): void;
  changeDenseView(change: Partial<DenseView>): void;
  highlight(index: number | null): void;
  copyText(text: string): Promise<boolean>;
  chooseTheme(theme: 'light' | 'dark'): void;
  dismissNotice(id: number): void;
}

export function createSession(parts: SessionParts): Session {
  const { client, store, notices } = parts;
  let lastResultId = 0;
  const nextResultId = () => ++lastResultId;

  const weights = createWeightsControl(parts);
  const runs = createRunControl(parts, weights.refresh, nextResultId);
  const photos = createPhotoControl(parts, runs.cancel);
  const geometry = createGeometryControl(parts);
  const estimates = createEstimateControl(parts);
  const dense = createDenseControl(parts, nextResultId);
  const previews = createPreviewControl(parts);
  const matchFiles = createMatchFileControl(parts, estimates.settle, nextResultId);

  function photoPlace(side: Side | null): Side {
    if (side !== null) return side;
    const [slot0, slot1] = store.getState().photos;
    if (!slot0.photo && slot0.opening === null) return 0;
    return slot1.photo || slot1.opening === null ? 1 : 0;
  }

  function changeSettings(change: Partial<MatchSettings>): void {
    const { settings } = store.getState().matcher;
    changeSlice(store, 'matcher', { settings: { ...settings, ...change } });
  }

  return {
    openMatchFile: matchFiles.openMatchFile,
    showMatchFileAnyway: matchFiles.showMatchFileAnyway,
    discardMatchFile: matchFiles.discardMatchFile,
    saveMatches: matchFiles.saveMatches,
    saveDense: matchFiles.saveDense,
    savePicture: matchFiles.savePicture,

    async start() {
      estimates.start();
      dense.start();
      previews.start();
      matchFiles.watchPhotos();
      await Promise.all([
        weights.refresh(),
        client
          .probe(new AbortController().signal)
          .then((capabilities) => store.setState({ capabilities }))
          .catch(notices.reportFailure),
        loadSamples(parts.loadFile).then((samples) => store.setState({ samples })),
      ]);
    },

    openPhoto: photos.open,
    swapPhotos: photos.swap,

    async openSample(sample) {
      try {
        const files = await Promise.all(sample.files.map(parts.loadFile));
        const opened = await Promise.all(
          files.map((file, k) => {
            const side = k === 0 ? 0 : 1;
            return photos.open(side, file, nameOf(sample.files[side]));
          }),
        );
        const chosen = selectedWeights(store.getState());
        if (opened.every(Boolean) && chosen?.state !== 'remote') await runs.run();
      } catch (error) {
        notices.reportFailure(error);
      }
    },

    takeFiles(files, side = null) {
      try {
        const intake = takeFiles(files);
        if (intake.purpose === 'weights') void weights.importFile(intake.file, intake.file.name);
        else if (intake.purpose === 'matches') void matchFiles.openMatchFile(intake.file, intake.file.name);
        else {
          const [first, second] = intake.files;
          if (second) {
            void photos.open(0, first, first.name);
            void photos.open(1, second, second.name);
          } else void photos.open(photoPlace(side), first, first.name);
        }
      } catch (error) {
        notices.reportFailure(error);
      }
    },

    runMatch: runs.run,
    cancelRun: runs.cancel,
    runWithRemedy(remedy) {
      changeSettings(remedy);
      return runs.run();
    },

    selectMatcher: weights.selectMatcher,
    selectWeights: weights.select,
    downloadWeights: weights.download,
    cancelTransfer: weights.cancelTransfer,
    askWeightsOptions: weights.askOptions,
    answerWeightsOptions: weights.answerOptions,
    removeWeights: weights.remove,

    chooseLongEdge: (longEdge) => changeSettings({ longEdge }),
    chooseViews: (views) => changeSettings({ views }),
    chooseSamples: (samples) => changeSettings({ samples }),
    changePreprocessing(change) {
      const { preprocessing = neutralPreprocessing, ...others } = store.getState().matcher.settings;
      const changed = { ...preprocessing, ...change };
      const settings = samePreprocessing(changed) ? others : { ...others, preprocessing: changed };
      changeSlice(store, 'matcher', { settings });
    },
    chooseRefinement(refinement) {
      const { refinement: _, ...others } = store.getState().matcher.settings;
      changeSlice(store, 'matcher', { settings: refinement ? { ...others, refinement } : others });
    },
    showInputPreview: previews.show,
    chooseProvider: (provider) => changeSlice(store, 'matcher', { provider }),
    chooseModel: geometry.chooseModel,
    changeGeometry: geometry.change,
    chooseFocalLength: geometry.chooseFocalLength,
    changeView: (change) => changeSlice(store, 'view', change),
    changeDenseView: (change) => changeSlice(store, 'denseView', change),
    highlight(index) {
      if (store.getState().highlighted !== index) store.setState({ highlighted: index });
    },

    async copyText(text) {
      try {
        await parts.writeClipboard(text);
        return true;
      } catch {
        notices.tell(
          'The browser does not let this page write to the clipboard: save the match file instead.',
        );
        return false;
      }
    },
    chooseTheme(theme) {
      const choice = theme === parts.systemTheme() ? 'system' : theme;
      store.setState({ theme: choice });
      parts.rememberTheme(choice);
    },
    dismissNotice: notices.dismiss,
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
