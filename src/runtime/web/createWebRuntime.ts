/** The runtimes of the page: WebGPU on a device of our own, and WebAssembly with threads where isolated. */
import { CovisError } from '../../reporting/covisError.ts';
import { createOrtRuntime, DEVICE_LOST_SENTENCE, type OrtApi, webAssemblyBytes } from '../ortRuntime.ts';
import type { Runtime } from '../session.ts';
import { cpuWasmPaths, gpuWasmPaths } from './ortFiles.ts';
import { nameAdapter, probeWasm, requestAdapter } from './probeDevice.ts';

const OPTIONAL_FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

export interface WebGpuRuntimeOptions {
  /** Makes session creation throw when any node would land on the CPU. */
  readonly forbidCpuFallback?: boolean;
}

/**
 * fp16 where the adapter has `shader-f16`, else fp32.
 * @throws CovisError `webgpu-missing` with the reason and the way out
 */
export async function createWebGpuRuntime(options: WebGpuRuntimeOptions = {}): Promise<Runtime> {
  const adapter = await requestAdapter();
  if (typeof adapter === 'string') throw new CovisError('runtime', 'webgpu-missing', adapter);
  const features = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({
    requiredFeatures: features,
    requiredLimits: limitsOf(adapter),
  });

  const ort = await import('onnxruntime-web/webgpu');
  ort.env.wasm.wasmPaths = gpuWasmPaths;
  // The GPU does the work; threads would only enlarge the module's memory.
  ort.env.wasm.numThreads = 1;

  let released = false;
  return createOrtRuntime(ort as unknown as OrtApi, {
    provider: 'webgpu',
    precision: features.includes('shader-f16') ? 'fp16' : 'fp32',
    description: nameAdapter(adapter),
    limits: {
      bufferBytes: Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize),
      totalBytes: null,
    },
    sessionOptions: {
      executionProviders: [{ name: 'webgpu', device, storageBufferCacheMode: 'simple' }],
      ...(options.forbidCpuFallback === true && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
    },
    keepsOutputsOnDevice: true,
    lost: device.lost.then(() => (released ? new Promise<string>(() => {}) : DEVICE_LOST_SENTENCE)),
    async release() {
      released = true;
      device.destroy();
    },
  });
}

/** All of the adapter's limits: the default ones are a fraction of what the hardware has. */
function limitsOf(adapter: GPUAdapter): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value: unknown = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') limits[name] = value;
  }
  return limits;
}

export async function createWebAssemblyRuntime(): Promise<Runtime> {
  const { threads } = probeWasm();
  const ort = await import('onnxruntime-web/wasm');
  ort.env.wasm.wasmPaths = cpuWasmPaths;
  ort.env.wasm.numThreads = threads;
  return createOrtRuntime(ort as unknown as OrtApi, {
    provider: 'wasm',
    precision: 'fp32',
    description: threads === 1 ? '1 thread' : `${threads} threads`,
    limits: { bufferBytes: null, totalBytes: webAssemblyBytes },
    sessionOptions: { executionProviders: ['wasm'] },
    keepsOutputsOnDevice: false,
    lost: new Promise<string>(() => {}),
    release: async () => {},
  });
}
