/**
 * Weights in the browser's Cache Storage: its `put` is atomic and every browser has it in workers, whereas
 * OPFS offers atomic writes (`createWritable`) not everywhere and its sync handles lock.
 */
import { type CachedWeights, isIntact, type WeightsCache } from './cache.ts';

const cacheName = 'covis-weights-1';
const entryHeader = 'covis-entry';

/**
 * @param storage the browser's `caches`; absent in insecure contexts
 * @throws whatever the browser throws where it denies storage
 */
export async function openCacheStorage(storage: CacheStorage = caches): Promise<WeightsCache> {
  const cache = await storage.open(cacheName);

  return {
    async list() {
      const entries: CachedWeights[] = [];
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        const entry = response === undefined ? null : entryOf(response);
        if (entry !== null) entries.push(entry);
      }
      return entries;
    },
    async read(id) {
      const response = await cache.match(addressOf(id));
      if (response === undefined) return null;
      const entry = entryOf(response);
      const bytes = await response.arrayBuffer().then(
        (buffer) => new Uint8Array(buffer),
        () => null,
      );
      if (entry !== null && bytes !== null && (await isIntact(entry, bytes))) return { entry, bytes };
      await cache.delete(addressOf(id));
      return null;
    },
    async write(entry, bytes) {
      // Header values are Latin-1; a label may be anything.
      const headers = {
        'content-type': 'application/octet-stream',
        [entryHeader]: encodeURIComponent(JSON.stringify(entry)),
      };
      await cache.put(addressOf(entry.id), new Response(bytes, { headers }));
    },
    async remove(id) {
      await cache.delete(addressOf(id));
    },
  };
}

/** Cache Storage is keyed by address; nobody ever requests this one. */
function addressOf(id: string): string {
  return `https://weights.invalid/${encodeURIComponent(id)}`;
}

function entryOf(response: Response): CachedWeights | null {
  const header = response.headers.get(entryHeader);
  return header === null ? null : (JSON.parse(decodeURIComponent(header)) as CachedWeights);
}
