import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../worker/protocol.ts';
import { describeProvider } from './describeProvider.ts';

const wasm = { threads: 4, reason: null };
const gpu = { available: true, adapter: 'nvidia ampere', fp16: true, software: false } as const;

describe('describeProvider', () => {
  it('says nothing before the browser was asked', () => {
    expect(describeProvider(null, null, 'auto')).toBeNull();
  });

  it('names the adapter when the GPU will run', () => {
    expect(describeProvider(null, { webgpu: gpu, wasm }, 'auto')).toEqual({
      name: 'WebGPU',
      detail: null,
      long: 'WebGPU · nvidia ampere · fp16',
      note: null,
    });
  });

  it('says why the better one does not run, and how to get it', () => {
    const notes = (capabilities: Capabilities, preference: 'auto' | 'wasm') =>
      describeProvider(null, capabilities, preference)?.note;
    const none = { available: false, reason: 'No adapter: update the driver.' } as const;
    expect(notes({ webgpu: none, wasm }, 'auto')).toBe('No adapter: update the driver.');
    expect(notes({ webgpu: none, wasm: { threads: 1, reason: 'Not isolated.' } }, 'auto')).toBe(
      'No adapter: update the driver. Not isolated.',
    );
    expect(notes({ webgpu: { ...gpu, software: true }, wasm }, 'auto')).toContain('hardware acceleration');
    expect(notes({ webgpu: gpu, wasm }, 'wasm')).toContain('choose it under Matcher');
  });

  it('takes a software adapter only when asked for', () => {
    const capabilities: Capabilities = { webgpu: { ...gpu, software: true }, wasm };
    expect(describeProvider(null, capabilities, 'auto')).toMatchObject({
      name: 'WebAssembly',
      detail: '4 threads',
    });
    expect(describeProvider(null, capabilities, 'webgpu')?.name).toBe('WebGPU');
  });
});
