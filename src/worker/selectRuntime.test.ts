import { describe, expect, it } from 'vitest';
import { CovisError } from '../reporting/covisError.ts';
import type { ExecutionProvider, Runtime } from '../runtime/session.ts';
import type { WebGpuSupport } from '../runtime/web/probeDevice.ts';
import { type RuntimeSources, selectRuntime } from './selectRuntime.ts';

function fakeRuntime(provider: ExecutionProvider): Runtime {
  return {
    provider,
    precision: 'fp32',
    description: provider,
    limits: { bufferBytes: null, totalBytes: null },
    lost: new Promise(() => {}),
    createSession: () => Promise.reject(new Error('Not in this test.')),
    release: async () => {},
  };
}

function sources(support: WebGpuSupport, gpuFails: Error | null = null): RuntimeSources {
  return {
    probeWebGpu: async () => support,
    createWebGpuRuntime: async () => {
      if (gpuFails) throw gpuFails;
      return fakeRuntime('webgpu');
    },
    createWebAssemblyRuntime: async () => fakeRuntime('wasm'),
  };
}

const hardware = { available: true, adapter: 'a GPU', fp16: true, software: false } as const;
const software = { ...hardware, software: true } as const;
const none = { available: false, reason: 'This browser has no WebGPU: use another.' } as const;

describe('selectRuntime', () => {
  it('takes a real adapter on auto, without a remark', async () => {
    const { runtime, note } = await selectRuntime('auto', sources(hardware));
    expect([runtime.provider, note]).toEqual(['webgpu', null]);
  });

  it.each([
    ['no WebGPU', none, null, /This browser has no WebGPU: use another\./],
    ['a software adapter', software, null, /hardware acceleration/],
    [
      'a GPU that will not start',
      hardware,
      new CovisError('runtime', 'webgpu-missing', 'Busy'),
      /\(Busy\).*driver/,
    ],
  ])('falls back to WebAssembly for %s and says why and what to do', async (_, support, failure, reason) => {
    const { runtime, note } = await selectRuntime('auto', sources(support, failure));
    expect(runtime.provider).toBe('wasm');
    expect(note).toMatch(reason);
  });

  it('does what it is told, with a remark only where a better provider is idle', async () => {
    expect((await selectRuntime('webgpu', sources(software))).runtime.provider).toBe('webgpu');
    expect((await selectRuntime('wasm', sources(none))).note).toBeNull();
    expect((await selectRuntime('wasm', sources(hardware))).note).toMatch(/WebGPU is available/);
  });

  it('does not fall back behind the back of a person who asked for WebGPU', async () => {
    const failure = new CovisError('runtime', 'webgpu-missing', 'None here.');
    await expect(selectRuntime('webgpu', sources(none, failure))).rejects.toBe(failure);
  });
});
