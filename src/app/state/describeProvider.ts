/** What runs, or will run, in words: in short for the status line, long with its device, and why not better. */
import type { Capabilities, ProviderPreference } from '../../worker/protocol.ts';
import { nameProvider } from '../describe.ts';
import type { MatchResult } from './appState.ts';

export interface ProviderDescription {
  readonly name: string;
  /** Its precision or its threads; left out where there is little room. */
  readonly detail: string | null;
  readonly long: string;
  readonly note: string | null;
}

/** @returns null before the browser was probed and anything ran */
export function describeProvider(
  result: MatchResult | null,
  capabilities: Capabilities | null,
  preference: ProviderPreference,
): ProviderDescription | null {
  if (result) {
    const { provider, precision } = result.matches;
    const name = nameProvider(provider);
    const [short, long] = [{ name, detail: precision }, `${name} · ${precision}`];
    if (result.source.kind === 'file') return { ...short, long: `${long}, says the match file`, note: null };
    const { providerDescription, providerNote } = result.source;
    return { ...short, long: `${long} · ${providerDescription}`, note: providerNote };
  }
  if (!capabilities) return null;
  const { webgpu, wasm } = capabilities;
  if (willRunOnGpu(capabilities, preference) && webgpu.available) {
    return {
      name: 'WebGPU',
      detail: null,
      long: `WebGPU · ${webgpu.adapter} · ${webgpu.fp16 ? 'fp16' : 'fp32'}`,
      note: null,
    };
  }
  const threads = `${wasm.threads} ${wasm.threads === 1 ? 'thread' : 'threads'}`;
  const reasons = [whyNoGpu(capabilities), wasm.reason].filter((reason) => reason !== null);
  return {
    name: 'WebAssembly',
    detail: threads,
    long: `WebAssembly · ${threads}`,
    note: reasons.length > 0 ? reasons.join(' ') : null,
  };
}

export function willRunOnGpu({ webgpu }: Capabilities, preference: ProviderPreference): boolean {
  if (!webgpu.available || preference === 'wasm') return false;
  return preference === 'webgpu' || !webgpu.software;
}

function whyNoGpu({ webgpu }: Capabilities): string | null {
  if (!webgpu.available) return webgpu.reason;
  if (webgpu.software) {
    return 'The only WebGPU adapter is a software one, slower than WebAssembly: turn on hardware acceleration in the browser settings.';
  }
  return 'WebGPU is available here and faster: choose it under Matcher, Run on.';
}
