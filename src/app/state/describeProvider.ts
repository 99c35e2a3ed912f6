/** What runs, or will run, in words: short for the status line, long with its device, and why not better. */
import type { Capabilities, ProviderPreference } from '../../worker/protocol.ts';
import { nameProvider } from '../describe.ts';
import type { MatchResult } from './appState.ts';

export interface ProviderDescription {
  readonly short: string;
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
    const short = `${nameProvider(provider)} · ${precision}`;
    if (result.source.kind === 'file') return { short, long: `${short}, says the match file`, note: null };
    const { providerDescription, providerNote } = result.source;
    return { short, long: `${short} · ${providerDescription}`, note: providerNote };
  }
  if (!capabilities) return null;
  const { webgpu, wasm } = capabilities;
  const usesGpu = preference !== 'wasm' && webgpu.available;
  if (usesGpu) {
    return {
      short: 'WebGPU',
      long: `WebGPU · ${webgpu.adapter} · ${webgpu.fp16 ? 'fp16' : 'fp32'}`,
      note: null,
    };
  }
  const threads = `${wasm.threads} ${wasm.threads === 1 ? 'thread' : 'threads'}`;
  const reasons = [webgpu.available ? null : webgpu.reason, wasm.reason].filter((reason) => reason !== null);
  return {
    short: `WebAssembly · ${threads}`,
    long: `WebAssembly · ${threads}`,
    note: reasons.length > 0 ? reasons.join(' ') : null,
  };
}
