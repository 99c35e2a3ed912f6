import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { CovisError } from '../reporting/covisError.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { expectFailure } from './testing/expectFailure.ts';
import { readFixture, VALID_FIXTURES } from './testing/readFixture.ts';

const text = (value: string) => new TextEncoder().encode(value);
const compactWeights = new Uint8Array(
  readFileSync(new URL('../../public/weights/loftr-compact.safetensors', import.meta.url)),
);

/** Opens a file and converts all of it; a failure must be a CovisError. Returns whether it opened. */
function opens(bytes: Uint8Array): boolean {
  try {
    for (const tensor of openCheckpoint(bytes).tensors.values()) {
      const expected = tensor.shape.reduce((product, size) => product * size, 1);
      expect(tensor.toFloat32().length).toBe(expected);
    }
    return true;
  } catch (error) {
    if (!(error instanceof CovisError)) throw error;
    return false;
  }
}

function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
}

describe('openCheckpoint', () => {
  it('tells the formats apart by content and takes the prefix off', () => {
    expect(openCheckpoint(compactWeights, 'renamed.ckpt').tensors.has('backbone.conv1.weight')).toBe(true);
    const lightning = openCheckpoint(readFixture('lightning.ckpt'), 'renamed.safetensors');
    expect([...lightning.tensors.keys()].slice(0, 2)).toEqual(['0.weight', '0.bias']);
    expect(lightning.tensors.get('0.weight')!.name).toBe('0.weight');
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'checkpoint-empty', /"w\.ckpt" is empty/],
    ['the older format', readFixture('legacy.pth'), 'checkpoint-legacy', /torch\.save\(torch\.load\(/],
    ['a bare pickle', Uint8Array.of(0x80, 4, 0x4e, 0x2e), 'checkpoint-unknown-format', /bare Python pickle/],
    ['a web page', text('\ufeff\n<!DOCTYPE html><html>'), 'checkpoint-unknown-format', /web page/],
    ['an XML error', text('<?xml version="1.0"?><Error/>'), 'checkpoint-unknown-format', /web page/],
    ['a pointer', text('version https://git-lfs.github.com/spec/v1\n'), 'checkpoint-unknown-format', /LFS/],
    [
      'an ONNX graph',
      new Uint8Array([8, 8, 0x12, 7, ...text('pytorch')]),
      'checkpoint-unknown-format',
      /ONNX/,
    ],
    ['HDF5', new Uint8Array([0x89, ...text('HDF\r\n')]), 'checkpoint-unknown-format', /HDF5/],
    ['a JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'checkpoint-unknown-format', /picture/],
    ['noise', text('anything else'), 'checkpoint-unknown-format', /no weights that Covis can read/],
    ['three bytes', new Uint8Array([0x50, 0x4b, 3]), 'checkpoint-unknown-format', /./],
    ['a zip that is cut', readFixture('dtypes.pth').subarray(0, 500), 'zip-truncated', /cut off/],
  ])('refuses %s by a sentence', (_, bytes, code, message) => {
    expectFailure(() => openCheckpoint(bytes, 'w.ckpt'), code, message);
  });

  it.each(VALID_FIXTURES)('refuses %s cut at any length', (name) => {
    const bytes = readFixture(name);
    expect(opens(bytes)).toBe(true);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(opens(bytes.slice(0, length)), `${length} bytes`).toBe(false);
    }
  });

  it('refuses safetensors cut at any length', () => {
    for (let length = 0; length < compactWeights.length; length += 4999) {
      expect(opens(compactWeights.slice(0, length)), `${length} bytes`).toBe(false);
    }
  });

  it.each(VALID_FIXTURES)('survives any damage to %s with a clear failure or sound tensors', (name) => {
    const original = readFixture(name);
    const random = createRandom(original.length);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const damaged = original.slice();
      for (let flips = 1 + random(4); flips > 0; flips--) {
        // The first part holds the pickle, the last the directory: both are hit as often as the rest.
        const from = [0, 0, Math.floor(original.length / 2)][random(3)]!;
        damaged[from + random(original.length - from)] = random(256);
      }
      if (!opens(damaged)) refused++;
    }
    // Most damage must be noticed, and some hits only values: the loop reaches both ways.
    expect(refused).toBeGreaterThan(50);
    expect(refused).toBeLessThan(300);
  });

  it('survives any damage to a safetensors header', () => {
    const random = createRandom(1);
    const headerLength = new DataView(compactWeights.buffer, compactWeights.byteOffset).getUint32(0, true);
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      const damaged = compactWeights.slice();
      damaged[random(headerLength + 8)] = 32 + random(96);
      if (!opens(damaged)) refused++;
    }
    expect(refused).toBeGreaterThan(50);
  });
});
