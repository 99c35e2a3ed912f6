import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { readSafetensors } from './safetensors.ts';
import { expectFailure } from './testing/expectFailure.ts';
import { concat } from './testing/writeZip.ts';

function write(header: unknown, values: Uint8Array = new Uint8Array(0), claimedLength?: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(BigUint64Array.of(BigInt(claimedLength ?? text.length)).buffer);
  return concat([length, text, values]);
}

const bytesOf = (values: ArrayBufferView) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

describe('readSafetensors', () => {
  it('reads every type', () => {
    const parts = {
      F32: new Float32Array([0.1, -2]),
      F16: new Uint16Array([0x3c00, 0xc100]),
      BF16: new Uint16Array([0x3f80, 0xc020]),
      F64: new Float64Array([0.1, -2]),
      I64: new BigInt64Array([2n ** 40n, -1n]),
      I32: new Int32Array([7, -8]),
      U8: new Uint8Array([0, 255]),
      BOOL: new Uint8Array([0, 1]),
    };
    const header: Record<string, unknown> = { __metadata__: { 'covis.config': '{}' } };
    let offset = 0;
    for (const [dtype, values] of Object.entries(parts)) {
      header[dtype] = { dtype, shape: [2], data_offsets: [offset, offset + values.byteLength] };
      offset += values.byteLength;
    }
    const { tensors, metadata } = readSafetensors(write(header, concat(Object.values(parts).map(bytesOf))));
    const read = Object.fromEntries([...tensors].map(([name, tensor]) => [name, [...tensor.toFloat32()]]));
    expect(read).toEqual({
      F32: [Math.fround(0.1), -2],
      F16: [1, -2.5],
      BF16: [1, -2.5],
      F64: [Math.fround(0.1), -2],
      I64: [2 ** 40, -1],
      I32: [7, -8],
      U8: [0, 255],
      BOOL: [0, 1],
    });
    expect(metadata).toEqual({ 'covis.config': '{}' });
  });

  it('gives views where the bytes are aligned and copies only where they are not', () => {
    const values = bytesOf(new Float32Array([0.5]));
    for (const padding of [0, 1, 2, 3]) {
      const bytes = write(JSON.stringify({ a: one }) + ' '.repeat(padding), values);
      const isAligned = (bytes.length - 4) % 4 === 0;
      const read = readSafetensors(bytes).tensors.get('a')!.toFloat32();
      expect([...read]).toEqual([0.5]);
      expect(read.buffer === bytes.buffer).toBe(isAligned);
    }
  });

  it('reads the compact weights that ship with the page', () => {
    const file = readFileSync(new URL('../../public/weights/loftr-compact.safetensors', import.meta.url));
    const { tensors, metadata } = readSafetensors(file);
    expect(tensors.get('backbone.conv1.weight')?.shape.slice(1)).toEqual([1, 7, 7]);
    expect(JSON.parse(metadata['covis.config']!)).toMatchObject({ architecture: 'loftr' });
    for (const tensor of tensors.values()) {
      expect(tensor.toFloat32().every(Number.isFinite), tensor.name).toBe(true);
    }
  });

  it('refuses headers that lie about their own length', () => {
    expectFailure(
      () => readSafetensors(write({ a: one }, bytesOf(new Float32Array(1)), 1e6)),
      'checkpoint-truncated',
    );
    expectFailure(() => readSafetensors(write({}, undefined, 2 ** 60)), 'safetensors-header', /bytes long/);
    expectFailure(() => readSafetensors(new Uint8Array(5)), 'checkpoint-truncated');
  });

  it('refuses headers that are no JSON object or name a tensor twice', () => {
    for (const header of ['{"a":', '[]', 'null', '{}}', '\xff{']) {
      expectFailure(() => readSafetensors(write(header)), 'safetensors-header', /not .*JSON/);
    }
    const entry = JSON.stringify(one);
    const twice = `{"a": ${entry}, "b\\"{": {"dtype":"F32","shape":[0],"data_offsets":[4,4]}, "\\u0061" : ${entry}}`;
    const bytes = write(twice, new Uint8Array(4));
    expectFailure(() => readSafetensors(bytes), 'safetensors-header', /names "a" twice/);
  });

  it('refuses ranges that overlap, leave holes, leave the file or do not fit the shape', () => {
    const cases: Array<[header: unknown, values: number, code: string, message: RegExp]> = [
      [{ a: one, b: one }, 4, 'safetensors-header', /"b" overlaps/],
      [
        { a: one, b: { ...one, data_offsets: [8, 12] } },
        12,
        'safetensors-header',
        /no tensor owns the 4 bytes/,
      ],
      [{ a: one }, 8, 'safetensors-header', /last 4 bytes/],
      [{ a: one }, 3, 'checkpoint-truncated', /4 bytes are needed where 3/],
      [{ a: { ...one, shape: [2] } }, 4, 'safetensors-header', /needs 8 bytes .* given 4/],
      [{ a: { ...one, shape: [-1] } }, 4, 'safetensors-header', /natural numbers/],
      [{ a: { ...one, shape: [2 ** 52, 2 ** 52] } }, 4, 'safetensors-header', /needs/],
      [{ a: { ...one, data_offsets: [4, 0] } }, 4, 'safetensors-header', /given -4/],
      [{ a: { ...one, data_offsets: [0] } }, 4, 'safetensors-header', /natural numbers/],
      [{ a: { ...one, shape: '1' } }, 4, 'safetensors-header', /natural numbers/],
      [{ a: 7 }, 0, 'safetensors-header', /no description/],
      [{ __metadata__: { a: 1 } }, 0, 'safetensors-header', /plain text/],
      [{ a: { ...one, dtype: 'F8_E4M3' } }, 4, 'checkpoint-unsupported-dtype', /"F8_E4M3"/],
    ];
    for (const [header, values, code, message] of cases) {
      expectFailure(() => readSafetensors(write(header, new Uint8Array(values))), code, message);
    }
  });

  it('survives text of megabytes in the header', () => {
    const metadata = { long: 'x'.repeat(8 << 20), escaped: '\n'.repeat(1 << 20) };
    expect(readSafetensors(write({ __metadata__: metadata })).metadata).toEqual(metadata);
  });
});
