/** Messages to the person: they stay until dismissed, and the same sentence stands there only once. */
import { CovisError, isAbort } from '../../reporting/covisError.ts';
import type { Notice } from '../state/appState.ts';
import type { AppStore } from '../state/createAppStore.ts';

export interface Notices {
  /** Shows a failure's sentence; a cancel is no failure and stays silent. */
  reportFailure(error: unknown): void;
  tell(message: string, remedy?: Notice['remedy']): void;
  dismiss(id: number): void;
  /** Takes away what offers a remedy for a run that is no longer the matter. */
  withdrawRemedies(): void;
}

const unexpected =
  'Something unexpected went wrong; try again, and reload the page if it happens twice (details are in the browser console).';

/** Older messages make room: more than this many would cover the photos. */
const mostNotices = 3;

export function createNotices(store: AppStore): Notices {
  let nextId = 1;
  function show(kind: Notice['kind'], message: string, remedy: Notice['remedy'] = null): void {
    const others = store.getState().notices.filter((notice) => notice.message !== message);
    store.setState({ notices: [...others, { id: nextId++, kind, message, remedy }].slice(-mostNotices) });
  }
  function keepOnly(wanted: (notice: Notice) => boolean): void {
    store.setState((state) => ({ notices: state.notices.filter(wanted) }));
  }
  return {
    reportFailure(error) {
      if (isAbort(error)) return;
      if (error instanceof CovisError) {
        show('error', error.message, error.remedy);
        return;
      }
      console.error(error);
      show('error', unexpected);
    },
    tell: (message, remedy) => show('information', message, remedy),
    dismiss: (id) => keepOnly((notice) => notice.id !== id),
    withdrawRemedies: () => keepOnly(({ remedy }) => remedy === null),
  };
}
