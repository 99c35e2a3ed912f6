/**
 * Downloading and keeping weights with the browser's own fetch and Cache Storage, inside a worker, from
 * another origin that breaks off: what no simulation in Node can vouch for.
 */
import type { Page } from '@playwright/test';
import {
  answerHonestly,
  breakOffAt,
  makeFile,
  sourceOf,
  startTestServer,
  type TestServer,
} from '../src/weights/testServer.ts';
import { bundleModule } from './fixtures/bundleModule.ts';
import { expect, test } from './fixtures/CovisPage.ts';

const file = makeFile(3_000_000);
let script: string;
let server: TestServer;
let methods: string[];

test.beforeAll(async () => {
  script = await bundleModule('./weightsModule.ts', 'covisWeights');
  server = await startTestServer();
});
test.afterAll(() => server.close());
test.beforeEach(() => {
  methods = [];
});

/** Runs one step of a store in a fresh worker: the state after it, or the code of its failure. */
async function runInWorker(page: Page, step: string): Promise<unknown> {
  const catalogue = {
    large: { ...(await sourceOf(server.url, file)), matcher: 'loftr', licence: 'MIT', options: null },
  };
  const code = `${script}
    (async () => {
      const cache = await covisWeights.openWeightsCache((message) => { throw new Error(message); });
      const store = covisWeights.createWeightsStore({
        cache,
        catalogue: ${JSON.stringify(catalogue)},
        baseUrl: ${JSON.stringify(page.url())},
        warn: (message) => { throw new Error(message); },
        patience: { idleTimeoutMs: 5000, retries: 1, retryDelayMs: 1 },
      });
      const signal = new AbortController().signal;
      ${step}
    })().then(postMessage, (error) => postMessage(error.code ?? String(error)));`;
  return page.evaluate(async (source) => {
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    try {
      return await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      });
    } finally {
      worker.terminate();
    }
  }, code);
}

const load = 'return covisWeights.hashBytes((await store.load("large", { signal })).bytes);';
const listState = 'return (await store.list())[0].state;';

test('weights come in pieces from another origin and outlast a reload', async ({ covis, page }) => {
  const { sha256 } = await sourceOf(server.url, file);
  server.answerWith((exchange) => {
    methods.push(exchange.request.method ?? '');
    exchange.response.setHeader('Access-Control-Allow-Origin', '*');
    if (exchange.earlier === 0) breakOffAt(exchange, file, 1_000_000);
    else answerHonestly(file)(exchange);
  });
  await covis.open();
  expect(await runInWorker(page, listState)).toBe('remote');
  expect(await runInWorker(page, load)).toBe(sha256);
  // No OPTIONS among them: a Range request needs no preflight.
  expect(methods).toEqual(['GET', 'GET']);
  const [first, second] = server.ranges;
  expect(first).toBeNull();
  expect(second).toBeGreaterThan(0);
  expect(server.headers().referer).toBeUndefined();

  await page.reload();
  expect(await runInWorker(page, listState)).toBe('downloaded');
  expect(await runInWorker(page, load)).toBe(sha256);
  expect(methods).toHaveLength(2);

  expect(await runInWorker(page, 'await store.remove("large");')).toBeUndefined();
  expect(await runInWorker(page, listState)).toBe('remote');
});

test('a download that failed goes on after a reload, and is not listed meanwhile', async ({
  covis,
  page,
}) => {
  const { sha256 } = await sourceOf(server.url, file);
  server.answerWith((exchange) => {
    exchange.response.setHeader('Access-Control-Allow-Origin', '*');
    breakOffAt(exchange, file, 1_000_000 * (exchange.earlier + 1));
  });
  await covis.open();
  const failing = `const code = await store.load("large", { signal }).catch((error) => error.code);
    while ((await cache.list()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return code;`;
  expect(await runInWorker(page, failing)).toBe('weights-broken-off');

  await page.reload();
  expect(await runInWorker(page, listState)).toBe('remote');
  server.answerWith((exchange) => {
    exchange.response.setHeader('Access-Control-Allow-Origin', '*');
    answerHonestly(file)(exchange);
  });
  expect(await runInWorker(page, load)).toBe(sha256);
  expect(server.ranges).toHaveLength(1);
  expect(server.ranges[0]).toBeGreaterThan(0);
});

test('wrong bytes are refused and nothing is kept', async ({ covis, page }) => {
  server.answerWith((exchange) => {
    exchange.response.setHeader('Access-Control-Allow-Origin', '*');
    answerHonestly(makeFile(3_000_000, 2))(exchange);
  });
  await covis.open();
  expect(await runInWorker(page, load)).toBe('weights-wrong-bytes');
  expect(await runInWorker(page, 'return (await cache.list()).length;')).toBe(0);
});
