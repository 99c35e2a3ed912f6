/**
 * Decides which provider runs and says why the better one does not.
 */
import { CovisError } from '../reporting/covisError.ts';
import type { Runtime } from '../runtime/session.ts';
import type { WebGpuSupport } from '../runtime/web/probeDevice.ts';
import type { ProviderPreference } from './protocol.ts';

/** The ways to a runtime; given, so that the decision can be tested without a GPU. */
export interface RuntimeSources {
  readonly probeWebGpu: () => Promise<WebGpuSupport>;
  readonly createWebGpuRuntime: () => Promise<Runtime>;
  readonly createWebAssemblyRuntime: () => Promise<Runtime>;
}

export interface SelectedRuntime {
  readonly runtime: Runtime;
  /** Why a better provider does not run and how to get it; null when the best one runs. */
  readonly note: string | null;
}

/**
 * `auto` takes a real graphics adapter, else WebAssembly: a software adapter is far slower than that.
 * @throws CovisError `webgpu-missing` when WebGPU is asked for and absent
 */
export async function selectRuntime(
  preference: ProviderPreference,
  sources: RuntimeSources,
): Promise<SelectedRuntime> {
  if (preference === 'webgpu') return { runtime: await sources.createWebGpuRuntime(), note: null };
  const support = await sources.probeWebGpu();
  if (preference === 'wasm') {
    const usable = support.available && !support.software;
    const note = usable ? 'WebGPU is available here and faster: choose it under Matcher, Run on.' : null;
    return { runtime: await sources.createWebAssemblyRuntime(), note };
  }
  if (!support.available) {
    return { runtime: await sources.createWebAssemblyRuntime(), note: support.reason };
  }
  if (support.software) {
    return {
      runtime: await sources.createWebAssemblyRuntime(),
      note: 'The only WebGPU adapter is a software one, slower than WebAssembly: turn on hardware acceleration in the browser settings.',
    };
  }
  try {
    return { runtime: await sources.createWebGpuRuntime(), note: null };
  } catch (error) {
    const reason = error instanceof CovisError ? error.message : String(error);
    return {
      runtime: await sources.createWebAssemblyRuntime(),
      note: `WebGPU could not be started (${reason}): update the graphics driver or restart the browser.`,
    };
  }
}
