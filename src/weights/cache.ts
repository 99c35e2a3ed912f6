/**
 * Where weights stay between visits. The real backings are Cache Storage in the browser (see cacheStorage.ts)
 * and a folder for the terminal (see node/directoryCache.ts); memory serves where storage is denied.
 */
import { hashBytes } from '../files/hashBytes.ts';
import type { WeightsDescription, WeightsOptions } from './weightsDescription.ts';

/** Everything to know about cached bytes without reading them. */
export interface CachedWeights {
  /** Weights id; letters, digits, dots and dashes. */
  readonly id: string;
  readonly label: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly options: WeightsOptions | null;
  /** Absent for LoFTR, which was all there was when the first entries were written. */
  readonly matcher?: WeightsDescription['matcher'];
}

export interface WeightsCache {
  list(): Promise<readonly CachedWeights[]>;
  /** The bytes as they were written, checked by size and hash; null if absent or damaged (then removed). */
  read(
    id: string,
  ): Promise<{ readonly entry: CachedWeights; readonly bytes: Uint8Array<ArrayBuffer> } | null>;
  /** All or nothing: an entry under way is never listed or read. Rejects when there is no room. */
  write(entry: CachedWeights, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Whether `bytes` are still those that `entry` was written with. */
export async function isIntact(entry: CachedWeights, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return bytes.length === entry.bytes && (await hashBytes(bytes)) === entry.sha256;
}

/** A cache that lasts as long as the page. It keeps and gives the very bytes it got: nobody may write to them. */
export function createMemoryCache(): WeightsCache {
  const kept = new Map<string, { entry: CachedWeights; bytes: Uint8Array<ArrayBuffer> }>();
  return {
    async list() {
      return [...kept.values()].map(({ entry }) => entry);
    },
    async read(id) {
      return kept.get(id) ?? null;
    },
    async write(entry, bytes) {
      kept.set(entry.id, { entry, bytes });
    },
    async remove(id) {
      kept.delete(id);
    },
  };
}

/**
 * A cache whose failures never fail a run: what `lasting` cannot store or give lives in memory until the page
 * closes, and `warn` says so.
 *
 * @param warn receives one sentence for a person
 */
export function createForgivingCache(lasting: WeightsCache, warn: (message: string) => void): WeightsCache {
  const memory = createMemoryCache();
  return {
    async list() {
      const inMemory = await memory.list();
      const stored = await lasting.list().catch(() => []);
      const ids = new Set(inMemory.map(({ id }) => id));
      return [...stored.filter(({ id }) => !ids.has(id)), ...inMemory];
    },
    async read(id) {
      return (await memory.read(id)) ?? (await lasting.read(id).catch(() => null));
    },
    async write(entry, bytes) {
      try {
        await lasting.write(entry, bytes);
        await memory.remove(entry.id);
      } catch {
        await memory.write(entry, bytes);
        warn(
          `There is no room to keep "${entry.label}" on this device: it works until the page closes; free storage to keep it.`,
        );
      }
    },
    async remove(id) {
      await memory.remove(id);
      await lasting.remove(id).catch(() => {});
    },
  };
}
