/** The matching worker: the service with the browser's own parts. */
import { decodePhotoInBrowser } from '../photos/decodePhoto.browser.ts';
import { createWebAssemblyRuntime, createWebGpuRuntime } from '../runtime/web/createWebRuntime.ts';
import { probeWasm, probeWebGpu } from '../runtime/web/probeDevice.ts';
import { openWeightsCache } from '../weights/openWeightsCache.ts';
import { createWeightsStore } from '../weights/store.ts';
import { createMatchingService } from './matchingService.ts';
import type { FromWorker } from './protocol.ts';
import { type MessageScope, serveCalls } from './serveCalls.ts';

// The page's folder: workers live in its assets folder in production and beside their source in development.
const pageUrl = new URL(import.meta.env.BASE_URL, new URL('../', self.location.href));

const warn = (message: string) => {
  self.postMessage({ kind: 'notice', message } satisfies FromWorker);
};

const store = openWeightsCache(warn).then((cache) => createWeightsStore({ cache, baseUrl: pageUrl, warn }));

serveCalls(
  self as unknown as MessageScope,
  createMatchingService({
    runtimes: { probeWebGpu, createWebGpuRuntime, createWebAssemblyRuntime },
    weights: {
      list: async () => (await store).list(),
      load: async (id, asker) => (await store).load(id, asker),
      importFile: async (...args) => (await store).importFile(...args),
      remove: async (id) => (await store).remove(id),
    },
    decodePhoto: decodePhotoInBrowser,
    probe: async () => ({ webgpu: await probeWebGpu(), wasm: probeWasm() }),
  }),
);
