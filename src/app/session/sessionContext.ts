/** What every controller of the page works with; all of it is handed in, so that tests run in Node. */
import type { CovisClient } from '../../worker/client.ts';
import type { AppStore } from '../state/createAppStore.ts';
import type { Notices } from './createNotices.ts';

export interface SessionContext {
  readonly client: CovisClient;
  readonly store: AppStore;
  readonly notices: Notices;
  /** Calls back before the next frame is drawn. */
  readonly scheduleFrame: (callback: () => void) => void;
  /** Loads a file of the page itself; rejects when it is missing. */
  readonly loadFile: (path: string) => Promise<Blob>;
  /** Program and version, for the files saved. */
  readonly createdBy: string;
  /** Hands a file to the person. */
  readonly saveFile: (blob: Blob, name: string) => void;
}
