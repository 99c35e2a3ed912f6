/** The cache a page uses: lasting where the browser allows it, otherwise memory. */
import { createMemoryCache, type WeightsCache } from './cache.ts';
import { openCacheStorage } from './cacheStorage.ts';

/** @param warn receives one sentence for a person when nothing will outlast the page */
export async function openWeightsCache(warn: (message: string) => void): Promise<WeightsCache> {
  try {
    return await openCacheStorage();
  } catch {
    warn(
      'The browser denies this page storage: downloaded weights work until it closes; allow site data to keep them.',
    );
    return createMemoryCache();
  }
}
