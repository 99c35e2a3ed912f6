/** The catalogue of weights on the page: choosing, downloading, importing and removing. One transfer at a time. */
import type { MatcherId } from '../../matchers/registry.ts';
import { DEFAULT_DENSE_MATCH_SETTINGS, DEFAULT_MATCH_SETTINGS } from '../../pipeline/defaultSettings.ts';
import { CovisError } from '../../reporting/covisError.ts';
import type { WeightsDescription, WeightsOptions } from '../../weights/weightsDescription.ts';
import type { MatcherSlice, WeightsTransfer } from '../state/appState.ts';
import { changeSlice } from '../state/createAppStore.ts';
import type { SessionContext } from './sessionContext.ts';

export interface WeightsControl {
  /** Reads the catalogue; chooses the first usable weights where none are chosen. */
  refresh(): Promise<void>;
  /** Chooses weights and with them their matcher. */
  select(weightsId: string): void;
  /** Chooses a matcher with the weights and settings it had last. */
  selectMatcher(matcher: MatcherId): void;
  download(weightsId: string): Promise<void>;
  cancelTransfer(): void;
  importFile(blob: Blob, name: string): Promise<void>;
  /** Opens the question for the options of imported weights again. */
  askOptions(weightsId: string): void;
  /** Answers the question: the file is read with these options, or not at all. */
  answerOptions(options: WeightsOptions | null): Promise<void>;
  remove(weightsId: string): Promise<void>;
}

interface NamedFile {
  readonly blob: Blob;
  readonly name: string;
}

/** The authors' outdoor configuration: the likeliest of those a file may not mention. */
const authorsOptions: WeightsOptions = { heads: 8, tempBugFix: false };

export function createWeightsControl({ client, store, notices }: SessionContext): WeightsControl {
  let transfer: AbortController | null = null;
  /** Files imported since the page was opened: other options need their bytes again. */
  const files = new Map<string, NamedFile>();
  /** The file that the open question is about. */
  let asked: NamedFile | null = null;

  /** Of the matchers that are not chosen. */
  const kept: Record<MatcherId, Pick<MatcherSlice, 'settings' | 'weightsId'>> = {
    loftr: { settings: DEFAULT_MATCH_SETTINGS, weightsId: null },
    dkm: { settings: DEFAULT_DENSE_MATCH_SETTINGS, weightsId: null },
  };

  async function refresh(): Promise<void> {
    const weights = await client.listWeights(new AbortController().signal);
    const { weightsId, settings } = store.getState().matcher;
    changeSlice(store, 'matcher', { weights, weightsId: usable(weights, settings.matcher, weightsId) });
  }

  function selectMatcher(matcher: MatcherId): void {
    const { weights, weightsId, settings } = store.getState().matcher;
    if (matcher === settings.matcher) return;
    notices.withdrawRemedies();
    kept[settings.matcher] = { settings, weightsId };
    changeSlice(store, 'matcher', {
      settings: kept[matcher].settings,
      weightsId: usable(weights, matcher, kept[matcher].weightsId),
    });
  }

  function select(weightsId: string): void {
    const chosen = store.getState().matcher.weights.find(({ id }) => id === weightsId);
    if (chosen) selectMatcher(chosen.matcher);
    changeSlice(store, 'matcher', { weightsId });
  }

  async function transferring(
    description: Omit<WeightsTransfer, 'fraction'>,
    work: (signal: AbortSignal, onFraction: (fraction: number) => void) => Promise<void>,
  ): Promise<void> {
    transfer?.abort();
    const abort = new AbortController();
    transfer = abort;
    const show = (fraction: number): void => {
      if (transfer === abort) changeSlice(store, 'matcher', { transfer: { ...description, fraction } });
    };
    show(0);
    try {
      await work(abort.signal, show);
    } catch (error) {
      notices.reportFailure(error);
    } finally {
      if (transfer === abort) {
        transfer = null;
        changeSlice(store, 'matcher', { transfer: null });
      }
    }
  }

  function labelOf(weightsId: string): string {
    return store.getState().matcher.weights.find(({ id }) => id === weightsId)?.label ?? weightsId;
  }

  function ask(file: NamedFile, options: WeightsOptions): void {
    asked = file;
    changeSlice(store, 'matcher', { question: { fileName: file.name, options } });
  }

  async function read(file: NamedFile, options: WeightsOptions | null): Promise<void> {
    await transferring({ weightsId: null, label: file.name }, async (signal) => {
      const description = await client.importWeights(signal, file.blob, file.name, options).catch((error) => {
        if (!(error instanceof CovisError && error.code === 'options-missing')) throw error;
        return null;
      });
      signal.throwIfAborted();
      if (!description) {
        ask(file, authorsOptions);
        return;
      }
      files.set(description.id, file);
      await refresh();
      signal.throwIfAborted();
      select(description.id);
    });
  }

  return {
    refresh: () => refresh().catch(notices.reportFailure),
    select,
    selectMatcher,
    download: (weightsId) =>
      transferring({ weightsId, label: labelOf(weightsId) }, async (signal, onFraction) => {
        await client.downloadWeights(signal, weightsId, ({ fraction }) => onFraction(fraction));
        await refresh();
      }),
    cancelTransfer: () => transfer?.abort(),
    importFile: (blob, name) => read({ blob, name }, null),
    askOptions(weightsId) {
      const file = files.get(weightsId);
      const known = store.getState().matcher.weights.find(({ id }) => id === weightsId);
      if (file) {
        ask(file, known?.options ?? authorsOptions);
        return;
      }
      notices.tell(
        `The options of "${labelOf(weightsId)}" belong to its file: import that file again to change them.`,
      );
    },
    async answerOptions(options) {
      const file = asked;
      asked = null;
      changeSlice(store, 'matcher', { question: null });
      if (file && options) await read(file, options);
    },
    async remove(weightsId) {
      try {
        await client.removeWeights(new AbortController().signal, weightsId);
        files.delete(weightsId);
        await refresh();
      } catch (error) {
        notices.reportFailure(error);
      }
    },
  };
}

/** The wanted weights if they are there, else the first that need no download, else the first. */
function usable(
  weights: readonly WeightsDescription[],
  matcher: MatcherId,
  wanted: string | null,
): string | null {
  const own = weights.filter((entry) => entry.matcher === matcher);
  const found =
    own.find(({ id }) => id === wanted) ?? own.find(({ state }) => state !== 'remote') ?? own[0] ?? null;
  return found?.id ?? null;
}
