/** The browser's side of a case, the same on the page's thread and in the worker. */
import { createWebAssemblyRuntime, createWebGpuRuntime } from '../../src/runtime/web/createWebRuntime.ts';
import { probeWebGpu } from '../../src/runtime/web/probeDevice.ts';
import { CaseSkipped } from '../cases/benchCase.ts';
import { runCase } from '../cases/runCase.ts';
import type { PageAnswer, PageOrder } from './pageMessages.ts';
import { watchWasmMemory } from './watchWasmMemory.ts';

export async function runHere(order: PageOrder): Promise<PageAnswer> {
  const largestWasmMemory = watchWasmMemory();
  // The runtime asks the machine how many threads to use; here the order says it.
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: order.threads, configurable: true });
  const outcome = await runCase(order.caseId, {
    environment: order.environment,
    plan: order.plan,
    readFile: fetchProjectFile,
    createRuntime: () =>
      order.environment === 'browser-webgpu' ? createGpuRuntime(order) : createWebAssemblyRuntime(),
    askTorch,
  });
  return { outcome, wasmBytes: largestWasmMemory() };
}

async function createGpuRuntime({ softwareGpu }: PageOrder) {
  const support = await probeWebGpu();
  if (!support.available) throw new CaseSkipped(support.reason);
  if (support.software && !softwareGpu) throw new CaseSkipped('This browser has only a GPU in software.');
  return createWebGpuRuntime();
}

async function askTorch(request: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const response = await fetch(new URL('/torch', self.location.href), { method: 'POST', body: request });
  if (!response.ok) throw new CaseSkipped(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

async function fetchProjectFile(path: string): Promise<Uint8Array | null> {
  const response = await fetch(new URL(`/project/${path}`, self.location.href));
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`"${path}" could not be read: ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
