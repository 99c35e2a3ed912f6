import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashBytes } from '../files/hashBytes.ts';
import { isAbort } from '../reporting/covisError.ts';
import { createMemoryCache, type WeightsCache } from './cache.ts';
import { type CatalogueEntry, weightsCatalogue } from './catalogue.ts';
import { createWeightsStore, type WeightsStore } from './store.ts';
import {
  answerHonestly,
  breakOffAt,
  makeFile,
  sameBytes,
  startTestServer,
  type TestServer,
} from './testServer.ts';

const bundledFile = makeFile(20_000, 5);
const remoteFile = makeFile(300_000, 6);
const ownFile = makeFile(1000, 7);
const never = new AbortController().signal;

let server: TestServer;
let catalogue: Record<string, CatalogueEntry>;
let cache: WeightsCache;
let warnings: string[];
let store: WeightsStore;

async function entryOf(file: Uint8Array<ArrayBuffer>, origin: 'bundled' | 'remote', url: string) {
  return {
    label: `Test ${origin}`,
    matcher: 'loftr' as const,
    origin,
    url,
    bytes: file.length,
    bytesExact: true,
    sha256: await hashBytes(file),
    licence: 'MIT',
    options: origin === 'bundled' ? null : { heads: 8, tempBugFix: false },
  };
}

function openStore(): WeightsStore {
  return createWeightsStore({
    cache,
    catalogue,
    baseUrl: new URL('.', server.url),
    warn: (message) => warnings.push(message),
    patience: { idleTimeoutMs: 2_000, retries: 1, retryDelayMs: 1 },
  });
}

async function statesById(): Promise<Record<string, string>> {
  return Object.fromEntries((await store.list()).map(({ id, state }) => [id, state]));
}

beforeAll(async () => {
  server = await startTestServer();
  catalogue = {
    small: await entryOf(bundledFile, 'bundled', 'weights.bin'),
    large: await entryOf(remoteFile, 'remote', server.url),
  };
});
afterAll(() => server.close());
beforeEach(() => {
  cache = createMemoryCache();
  warnings = [];
  store = openStore();
});

it('lists the real catalogue before anything was downloaded', async () => {
  const real = createWeightsStore({ cache, baseUrl: 'http://localhost/', warn: () => {} });
  expect((await real.list()).map(({ id, state }) => [id, state])).toEqual([
    ['loftr-compact', 'bundled'],
    ['loftr-outdoor', 'remote'],
    ['loftr-indoor', 'remote'],
    ['dkm-compact', 'bundled'],
    ['dkm-outdoor', 'remote'],
  ]);
  expect((await real.list())[0]?.sha256).toBe(weightsCatalogue['loftr-compact'].sha256);
});

it("loads bundled weights from the page's own folder and caches nothing", async () => {
  server.answerWith(answerHonestly(bundledFile));
  const { bytes, description } = await store.load('small', { signal: never });
  expect(bytes).toEqual(bundledFile);
  expect(description).toMatchObject({ id: 'small', state: 'bundled', options: null });
  expect(await cache.list()).toEqual([]);
  await expect(store.remove('small')).rejects.toMatchObject({ code: 'weights-bundled' });
});

it('downloads remote weights once and keeps them across stores until they are removed', async () => {
  server.answerWith(answerHonestly(remoteFile));
  expect(await statesById()).toEqual({ small: 'bundled', large: 'remote' });
  const loaded = await store.load('large', { signal: never });
  expect(sameBytes(loaded.bytes, remoteFile)).toBe(true);
  expect(loaded.description).toMatchObject({ state: 'downloaded', options: { heads: 8, tempBugFix: false } });

  store = openStore();
  expect(await statesById()).toEqual({ small: 'bundled', large: 'downloaded' });
  expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
  expect(server.ranges).toHaveLength(1);

  await store.remove('large');
  expect(await statesById()).toEqual({ small: 'bundled', large: 'remote' });
  await store.load('large', { signal: never });
  expect(server.ranges).toHaveLength(2);
  expect(warnings).toEqual([]);
});

it('downloads once for two who ask at the same time', async () => {
  server.answerWith(answerHonestly(remoteFile));
  const asked = [store.load('large', { signal: never }), store.load('large', { signal: never })];
  const [one, two] = await Promise.all(asked);
  expect(server.ranges).toHaveLength(1);
  expect(one!.bytes).toBe(two!.bytes);
});

it('caches no wrong bytes, and the next attempt succeeds', async () => {
  server.answerWith(answerHonestly(makeFile(300_000, 8)));
  await expect(store.load('large', { signal: never })).rejects.toMatchObject({ code: 'weights-wrong-bytes' });
  expect(await cache.list()).toEqual([]);
  server.answerWith(answerHonestly(remoteFile));
  expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
});

it.each([
  [404, 'weights-http-status'],
  [500, 'weights-http-status'],
])('caches nothing after status %i, and the next attempt succeeds', async (status, code) => {
  server.answerWith(({ response }) => response.writeHead(status).end('sorry'));
  await expect(store.load('large', { signal: never })).rejects.toMatchObject({ code });
  expect(await cache.list()).toEqual([]);
  server.answerWith(answerHonestly(remoteFile));
  expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
});

it('goes on with a broken download, even in another store, and lists it as not downloaded', async () => {
  server.answerWith((exchange) => breakOffAt(exchange, remoteFile, 60_000 * (exchange.earlier + 1)));
  await expect(store.load('large', { signal: never })).rejects.toMatchObject({ code: 'weights-broken-off' });
  await expect.poll(async () => (await cache.list()).length).toBe(1);

  store = openStore();
  expect(await statesById()).toEqual({ small: 'bundled', large: 'remote' });
  server.answerWith(answerHonestly(remoteFile));
  expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
  expect(server.ranges).toEqual([120_000]);
  expect((await cache.list()).map(({ id }) => id)).toEqual(['large']);
});

it('goes on with a cancelled download when asked again at once', async () => {
  server.answerWith(({ response }) => {
    response.writeHead(200, { 'Content-Length': remoteFile.length });
    response.write(remoteFile.subarray(0, 150_000));
  });
  const controller = new AbortController();
  const report = (share: number) => share > 0.49 && controller.abort();
  const error = await store
    .load('large', { signal: controller.signal, report })
    .catch((reason: unknown) => reason);
  expect(isAbort(error)).toBe(true);
  server.answerWith(answerHonestly(remoteFile));
  expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
  expect(server.ranges).toEqual([150_000]);
});

it('forgets the part of a cancelled download when its weights are removed', async () => {
  server.answerWith((exchange) => breakOffAt(exchange, remoteFile, 60_000 * (exchange.earlier + 1)));
  await expect(store.load('large', { signal: never })).rejects.toMatchObject({ code: 'weights-broken-off' });
  await store.remove('large');
  expect(await cache.list()).toEqual([]);
  server.answerWith(answerHonestly(remoteFile));
  await store.load('large', { signal: never });
  expect(server.ranges).toEqual([null]);
});

it('downloads anew when the cached file is not the one the catalogue names today', async () => {
  const outdated = makeFile(1000, 9);
  const sha256 = await hashBytes(outdated);
  await cache.write({ id: 'large', label: 'old', bytes: 1000, sha256, options: null }, outdated);
  expect(await statesById()).toEqual({ small: 'bundled', large: 'remote' });
  server.answerWith(answerHonestly(remoteFile));
  expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
});

it('works where nothing can be kept, and says so', async () => {
  cache = { ...createMemoryCache(), write: () => Promise.reject(new Error('QuotaExceededError')) };
  store = openStore();
  server.answerWith(answerHonestly(remoteFile));
  await store.load('large', { signal: never });
  await store.load('large', { signal: never });
  expect(server.ranges).toHaveLength(1);
  expect(warnings).toEqual([expect.stringContaining('no room to keep "Test remote"')]);
});

describe('weights whose hash nobody published', () => {
  beforeEach(() => {
    catalogue = {
      ...catalogue,
      unhashed: {
        ...catalogue.large!,
        matcher: 'dkm',
        sha256: null,
        bytes: Math.round(1.005 * remoteFile.length),
        bytesExact: false,
      },
    };
    store = openStore();
  });

  it('are taken for their size, and their hash is kept from then on', async () => {
    server.answerWith(answerHonestly(remoteFile));
    const { description } = await store.load('unhashed', { signal: never });
    expect(description).toMatchObject({
      matcher: 'dkm',
      state: 'downloaded',
      bytes: remoteFile.length,
      sha256: await hashBytes(remoteFile),
    });
    store = openStore();
    expect((await store.list()).find(({ id }) => id === 'unhashed')).toEqual(description);
    expect((await store.load('unhashed', { signal: never })).description).toEqual(description);
    expect(server.ranges).toEqual([null]);
  });

  it('are refused where the size is another, and never pieced together from two visits', async () => {
    server.answerWith((exchange) => breakOffAt(exchange, remoteFile, 60_000));
    await expect(store.load('unhashed', { signal: never })).rejects.toMatchObject({
      code: 'weights-broken-off',
    });
    server.answerWith(answerHonestly(remoteFile.slice(0, Math.round(0.9 * remoteFile.length))));
    await expect(store.load('unhashed', { signal: never })).rejects.toThrow(/its size differs/);
    expect(server.ranges[0]).toBeNull();
    expect(await statesById()).toMatchObject({ unhashed: 'remote' });
  });
});

describe('a file of one’s own', () => {
  it('is kept under its hash with the options chosen for it', async () => {
    const options = { heads: 1, tempBugFix: true };
    const description = await store.importFile(ownFile, 'mine.ckpt', 'dkm', options);
    const sha256 = await hashBytes(ownFile);
    expect(description).toEqual({
      id: `imported-${sha256.slice(0, 12)}`,
      label: 'mine.ckpt',
      matcher: 'dkm',
      bytes: 1000,
      sha256,
      licence: 'your own file',
      state: 'imported',
      options,
    });
    store = openStore();
    expect((await store.list()).at(-1)).toEqual(description);
    expect(await store.load(description.id, { signal: never })).toEqual({ bytes: ownFile, description });
    await store.remove(description.id);
    await expect(store.load(description.id, { signal: never })).rejects.toMatchObject({
      code: 'weights-unknown',
    });
  });

  it('that the catalogue knows takes its place there, with its options', async () => {
    server.answerWith(({ response }) => response.writeHead(500).end());
    const description = await store.importFile(remoteFile, 'downloaded by hand.ckpt', 'loftr', {
      heads: 1,
      tempBugFix: true,
    });
    expect(description).toMatchObject({
      id: 'large',
      state: 'downloaded',
      options: { heads: 8, tempBugFix: false },
    });
    expect(sameBytes((await store.load('large', { signal: never })).bytes, remoteFile)).toBe(true);
    expect(server.ranges).toEqual([]);
  });

  it('that ships with the page needs no keeping', async () => {
    expect(await store.importFile(bundledFile, 'x', 'loftr', null)).toMatchObject({
      id: 'small',
      state: 'bundled',
    });
    expect(await cache.list()).toEqual([]);
  });
});

it.each(['nothing', 'constructor'])('knows no weights called %s', async (id) => {
  await expect(store.load(id, { signal: never })).rejects.toMatchObject({ code: 'weights-unknown' });
});
