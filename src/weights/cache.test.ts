import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashBytes } from '../files/hashBytes.ts';
import { type CachedWeights, createForgivingCache, createMemoryCache, type WeightsCache } from './cache.ts';
import { openCacheStorage } from './cacheStorage.ts';
import { createDirectoryCache } from './node/directoryCache.ts';
import { makeFile } from './testServer.ts';

const file = makeFile(5000);

async function entryOf(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<CachedWeights> {
  const sha256 = await hashBytes(bytes);
  return {
    id,
    label: `Größe ${id} 重み`,
    bytes: bytes.length,
    sha256,
    options: { heads: 8, tempBugFix: true },
  };
}

/** What Cache Storage does, in a map: e2e/weightsCache.spec.ts runs the same code on the browser's own. */
function createFakeCacheStorage() {
  const responses = new Map<string, Response>();
  const cache = {
    keys: async () => [...responses.keys()].map((url) => new Request(url)),
    match: async (key: Request | string) => responses.get(typeof key === 'string' ? key : key.url)?.clone(),
    put: async (key: string, response: Response) => {
      responses.set(key, response);
    },
    delete: async (key: string) => responses.delete(key),
  };
  return { responses, storage: { open: async () => cache } as unknown as CacheStorage };
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'covis-cache-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const backings: [string, () => Promise<WeightsCache>][] = [
  ['memory', async () => createMemoryCache()],
  ['a folder', async () => createDirectoryCache(join(directory, 'made/when/needed'))],
  ['Cache Storage', () => openCacheStorage(createFakeCacheStorage().storage)],
  ['memory in front', async () => createForgivingCache(createMemoryCache(), () => {})],
];

describe.each(backings)('weights in %s', (_, open) => {
  it('come back as they were written, until they are removed', async () => {
    const cache = await open();
    expect(await cache.list()).toEqual([]);
    expect(await cache.read('one')).toBeNull();

    const one = await entryOf('one', file);
    const two = await entryOf('two', file.slice(0, 100));
    await cache.write(one, file);
    await cache.write(two, file.slice(0, 100));
    expect((await cache.list()).toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([one, two]);
    expect(await cache.read('one')).toEqual({ entry: one, bytes: file });

    await cache.remove('one');
    await cache.remove('never there');
    expect(await cache.read('one')).toBeNull();
    expect(await cache.list()).toEqual([two]);
    expect((await cache.read('two'))?.bytes).toEqual(file.slice(0, 100));
  });

  it('are replaced by a later entry of the same id', async () => {
    const cache = await open();
    await cache.write(await entryOf('one', file), file);
    const shorter = file.slice(0, 10);
    await cache.write(await entryOf('one', shorter), shorter);
    expect((await cache.read('one'))?.bytes).toEqual(shorter);
    expect(await cache.list()).toHaveLength(1);
  });

  it('of the same content under two ids are removed one by one', async () => {
    const cache = await open();
    await cache.write(await entryOf('one', file), file);
    await cache.write(await entryOf('two', file), file);
    await cache.remove('one');
    expect((await cache.read('two'))?.bytes).toEqual(file);
  });
});

describe('damage', () => {
  it('in a folder is noticed, and the entry dropped', async () => {
    const cache = createDirectoryCache(directory);
    await cache.write(await entryOf('one', file), file);
    const bytesName = (await readdir(directory)).find((name) => name.endsWith('.weights'))!;
    const damaged = file.slice();
    damaged[2500]! ^= 1;
    await writeFile(join(directory, bytesName), damaged);
    expect(await cache.read('one')).toBeNull();
    expect(await readdir(directory)).toEqual([]);
  });

  it('in Cache Storage is noticed, and the entry dropped', async () => {
    const { responses, storage } = createFakeCacheStorage();
    const cache = await openCacheStorage(storage);
    await cache.write(await entryOf('one', file), file);
    const [address, response] = [...responses][0]!;
    responses.set(address, new Response(file.slice(0, 4999), { headers: response.headers }));
    expect(await cache.read('one')).toBeNull();
    expect(await cache.list()).toEqual([]);
  });

  it('of a description leaves the other entries', async () => {
    const cache = createDirectoryCache(directory);
    await cache.write(await entryOf('one', file), file);
    await writeFile(join(directory, 'two.json'), '{"id": "tw');
    expect((await cache.list()).map(({ id }) => id)).toEqual(['one']);
    expect(await cache.read('two')).toBeNull();
  });
});

it('a folder holds no unfinished file, whether a write succeeds or fails', async () => {
  const cache = createDirectoryCache(directory);
  await cache.write(await entryOf('one', file), file);
  expect((await readdir(directory)).toSorted()).toEqual([
    expect.stringMatching(/^one-[0-9a-f]{12}\.weights$/),
    'one.json',
  ]);
  // A folder in the way of a description.
  await mkdir(join(directory, 'two.json'));
  await expect(cache.write(await entryOf('two', file), file)).rejects.toThrow();
  expect((await readdir(directory)).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  expect((await cache.list()).map(({ id }) => id)).toEqual(['one']);
});

describe('createForgivingCache', () => {
  const full: WeightsCache = {
    list: () => Promise.reject(new Error('denied')),
    read: () => Promise.reject(new Error('denied')),
    write: () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    remove: () => Promise.reject(new Error('denied')),
  };

  it('keeps in memory what the lasting cache cannot, and warns in one sentence', async () => {
    const warnings: string[] = [];
    const cache = createForgivingCache(full, (message) => warnings.push(message));
    const entry = await entryOf('one', file);
    await cache.write(entry, file);
    expect(warnings).toEqual([expect.stringContaining(`no room to keep "${entry.label}"`)]);
    expect(await cache.read('one')).toEqual({ entry, bytes: file });
    expect(await cache.list()).toEqual([entry]);
    await cache.remove('one');
    expect(await cache.list()).toEqual([]);
    expect(await cache.read('one')).toBeNull();
  });
});
