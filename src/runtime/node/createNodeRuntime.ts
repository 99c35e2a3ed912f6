/**
 * The runtime of the terminal, the tests and the benchmarks.
 *
 * onnxruntime-node is about three times as fast as WebAssembly but weighs 288 MB, so it is not among the
 * dependencies (`npm run install:native` adds it); without it onnxruntime-web's WebAssembly does the work.
 */
import { availableParallelism, totalmem } from 'node:os';
import { CovisError } from '../../reporting/covisError.ts';
import { createOrtRuntime, type OrtApi, webAssemblyBytes } from '../ortRuntime.ts';
import type { ExecutionProvider, Precision, Runtime } from '../session.ts';

export interface NodeRuntimeOptions {
  /** `auto` is `cpu` where onnxruntime-node is installed, else `wasm`. */
  readonly provider?: ExecutionProvider | 'auto';
  readonly precision?: Precision;
  readonly threads?: number;
  /** Makes session creation throw when any node of a WebGPU graph would land on the CPU. */
  readonly forbidCpuFallback?: boolean;
}

const NEVER = new Promise<string>(() => {});

/** @throws CovisError `provider-missing` when onnxruntime-node is asked for and not installed */
export async function createNodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const { provider = 'auto', precision = 'fp32', threads = availableParallelism() } = options;
  if (provider === 'wasm') return createNodeWasmRuntime(precision, threads);
  const ort = await importNativeOrt();
  if (ort === null) {
    if (provider === 'auto') return createNodeWasmRuntime(precision, threads);
    throw new CovisError(
      'runtime',
      'provider-missing',
      `The provider "${provider}" needs onnxruntime-node; add it with "npm run install:native" or use --provider auto.`,
    );
  }
  const onGpu = provider === 'webgpu';
  return createOrtRuntime(ort, {
    provider: onGpu ? 'webgpu' : 'cpu',
    precision,
    description: onGpu ? 'onnxruntime-node, WebGPU' : `onnxruntime-node, ${threads} threads`,
    limits: { bufferBytes: null, totalBytes: onGpu ? null : availableBytes() },
    sessionOptions: {
      executionProviders: [onGpu ? { name: 'webgpu', storageBufferCacheMode: 'simple' } : 'cpu'],
      intraOpNumThreads: threads,
      ...(onGpu &&
        options.forbidCpuFallback === true && {
          extra: { session: { disable_cpu_ep_fallback: '1' } },
        }),
    },
    // The Node binding returns every output on the host.
    keepsOutputsOnDevice: false,
    lost: NEVER,
    release: async () => {},
  });
}

/** Whether `cpu` and `webgpu` can be asked for. */
export async function hasNativeOrt(): Promise<boolean> {
  return (await importNativeOrt()) !== null;
}

async function importNativeOrt(): Promise<OrtApi | null> {
  // Not a literal: the package is optional, so neither the compiler nor a bundler may insist on it.
  const optionalPackage: string = 'onnxruntime-node';
  try {
    const module = (await import(optionalPackage)) as OrtApi & { default?: OrtApi };
    return module.default ?? module;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

async function createNodeWasmRuntime(precision: Precision, threads: number): Promise<Runtime> {
  // The package's plain entry is the one made for Node; it finds its own WebAssembly file.
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = threads;
  return createOrtRuntime(ort as unknown as OrtApi, {
    provider: 'wasm',
    precision,
    description: `onnxruntime-web, WebAssembly, ${threads} threads`,
    limits: { bufferBytes: null, totalBytes: Math.min(webAssemblyBytes, availableBytes()) },
    sessionOptions: { executionProviders: ['wasm'] },
    keepsOutputsOnDevice: false,
    lost: NEVER,
    release: async () => {},
  });
}

/** What the machine has, or this process' container where that is less. */
function availableBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
