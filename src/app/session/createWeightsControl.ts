/** The catalogue of weights on the page: choosing, downloading, importing and removing. One transfer at a time. */
import { CovisError } from '../../reporting/covisError.ts';
import type { WeightsOptions } from '../../weights/weightsDescription.ts';
import type { WeightsTransfer } from '../state/appState.ts';
import { changeSlice } from '../state/createAppStore.ts';
import type { SessionContext } from './sessionContext.ts';

export interface WeightsControl {
  /** Reads the catalogue; chooses the first usable weights where none are chosen. */
  refresh(): Promise<void>;
  select(weightsId: string): void;
  download(weightsId: string): Promise<void>;
  cancelTransfer(): void;
  importFile(file: Blob, name: string): Promise<void>;
  /** Reads imported weights again with other options. */
  setOptions(weightsId: string, options: WeightsOptions): Promise<void>;
  remove(weightsId: string): Promise<void>;
}

export function createWeightsControl({ client, store, notices }: SessionContext): WeightsControl {
  let transfer: AbortController | null = null;
  /** Files imported since the page was opened: other options need their bytes again. */
  const files = new Map<string, { readonly file: Blob; readonly name: string }>();

  async function refresh(): Promise<void> {
    const weights = await client.listWeights(new AbortController().signal);
    const { weightsId } = store.getState().matcher;
    const known = weights.some(({ id }) => id === weightsId);
    const fallback = weights.find(({ state }) => state !== 'remote') ?? weights[0];
    changeSlice(store, 'matcher', { weights, weightsId: known ? weightsId : (fallback?.id ?? null) });
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

  async function read(file: Blob, name: string, options: WeightsOptions | null): Promise<void> {
    await transferring({ weightsId: null, label: name }, async (signal) => {
      const description = await client.importWeights(signal, file, name, options);
      files.set(description.id, { file, name });
      await refresh();
      signal.throwIfAborted();
      changeSlice(store, 'matcher', { weightsId: description.id });
    });
  }

  return {
    refresh: () => refresh().catch(notices.reportFailure),
    select: (weightsId) => changeSlice(store, 'matcher', { weightsId }),
    download: (weightsId) =>
      transferring({ weightsId, label: labelOf(weightsId) }, async (signal, onFraction) => {
        await client.downloadWeights(signal, weightsId, ({ fraction }) => onFraction(fraction));
        await refresh();
      }),
    cancelTransfer: () => transfer?.abort(),
    importFile: (file, name) => read(file, name, null),
    async setOptions(weightsId, options) {
      const imported = files.get(weightsId);
      if (imported) {
        await read(imported.file, imported.name, options);
        return;
      }
      notices.reportFailure(
        new CovisError(
          'weights',
          'weights-file-needed',
          `The options of "${labelOf(weightsId)}" can only be changed while its file is at hand: import the file again.`,
        ),
      );
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
