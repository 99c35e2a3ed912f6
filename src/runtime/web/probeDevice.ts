/** What this browser can compute on, with the reason and the way out where it cannot. */

export type WebGpuSupport =
  | {
      readonly available: true;
      readonly adapter: string;
      readonly fp16: boolean;
      /** A software adapter: correct, but slower than WebAssembly. */
      readonly software: boolean;
    }
  | { readonly available: false; readonly reason: string };

export interface WasmSupport {
  readonly threads: number;
  /** Why there is only one thread; null when there are more. */
  readonly reason: string | null;
}

export async function probeWebGpu(): Promise<WebGpuSupport> {
  const adapter = await requestAdapter();
  if (typeof adapter === 'string') return { available: false, reason: adapter };
  const { architecture, isFallbackAdapter } = adapter.info;
  return {
    available: true,
    adapter: nameAdapter(adapter),
    fp16: adapter.features.has('shader-f16'),
    software: isFallbackAdapter === true || architecture === 'swiftshader',
  };
}

/** Browsers hide the description by default; vendor and architecture are always there. */
export function nameAdapter(adapter: GPUAdapter): string {
  const { vendor, architecture, description } = adapter.info;
  return description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}

/** The adapter, or the sentence that says why there is none. */
export async function requestAdapter(): Promise<GPUAdapter | string> {
  if (!self.isSecureContext) {
    return 'WebGPU needs a secure page: open Covis over https or on localhost.';
  }
  if (!('gpu' in navigator) || navigator.gpu === undefined) {
    return 'This browser has no WebGPU: use a current Chrome, Edge, Safari or Firefox, or enable WebGPU in its settings.';
  }
  try {
    const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter !== null) return adapter;
  } catch {
    // Falls through: a throwing request means the same to a person as one without an answer.
  }
  return 'No graphics adapter answered: turn on hardware acceleration in the browser settings and update the graphics driver.';
}

export function probeWasm(): WasmSupport {
  if (!self.crossOriginIsolated) {
    return {
      threads: 1,
      reason:
        'The page is not cross-origin isolated, so WebAssembly has one thread: serve it with the COOP and COEP headers, as "npm start" does.',
    };
  }
  // Beyond eight, threads wait for each other more than they help.
  const threads = Math.min(navigator.hardwareConcurrency || 1, 8);
  return { threads, reason: threads > 1 ? null : 'This machine has one processor core.' };
}
