/**
 * Keeps the files of open photos, so that a worker started anew after a crash gets them again: the page's ids
 * stay valid.
 */
import type { MatchingCalls, OpenedPhoto } from './protocol.ts';
import type { WorkerConnection } from './workerConnection.ts';

export interface PhotoLedger {
  open(signal: AbortSignal, file: Blob, name: string): Promise<OpenedPhoto>;
  close(photoId: number): Promise<void>;
  /** The id the running worker knows the photo by; opens it there first if the worker is a new one. */
  idInWorker(signal: AbortSignal, photoId: number): Promise<number>;
}

export function createPhotoLedger(matching: WorkerConnection<keyof MatchingCalls>): PhotoLedger {
  interface Entry {
    readonly file: Blob;
    readonly name: string;
    idInWorker: number;
    generation: number;
  }
  const entries = new Map<number, Entry>();
  let nextPhotoId = 1;

  return {
    async open(signal: AbortSignal, file: Blob, name: string): Promise<OpenedPhoto> {
      const opened = await matching.call('openPhoto', { file, name }, { signal });
      const photoId = nextPhotoId++;
      entries.set(photoId, { file, name, idInWorker: opened.photoId, generation: matching.start() });
      return { ...opened, photoId };
    },
    async close(photoId: number): Promise<void> {
      const entry = entries.get(photoId);
      entries.delete(photoId);
      if (entry === undefined || entry.generation !== matching.start()) return;
      await matching.call('closePhoto', { photoId: entry.idInWorker }, {});
    },
    async idInWorker(signal: AbortSignal, photoId: number): Promise<number> {
      const entry = entries.get(photoId);
      if (entry === undefined) throw new RangeError(`Photo ${photoId} is not open.`);
      if (entry.generation !== matching.start()) {
        const reopened = await matching.call('openPhoto', { file: entry.file, name: entry.name }, { signal });
        reopened.preview.close();
        entry.idInWorker = reopened.photoId;
        entry.generation = matching.start();
      }
      return entry.idInWorker;
    },
  };
}
