import { readFileSync } from 'node:fs';

import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

import { readNpz, requireArray } from './readNpz.ts';

function npy(header: string, values: Uint8Array, version: 1 | 2 = 1): Uint8Array {
  const text = strToU8(`${header}\n`);
  const prefix = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(prefix + text.length + values.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  new DataView(bytes.buffer).setUint16(8, text.length, true);
  bytes.set(text, prefix);
  bytes.set(values, prefix + text.length);
  return bytes;
}

const header = (descr: string, order: 'True' | 'False', shape: string) =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

describe('readNpz', () => {
  it('reads the reference tensors of PyTorch', () => {
    const url = new URL('./fixtures/reference/loftr_official_outdoor_config.npz', import.meta.url);
    const arrays = readNpz(readFileSync(url));
    expect(arrays.size).toBe(20);
    expect(requireArray(arrays, 'coarse_feat1', 'float32').shape).toEqual([280, 256]);
    const rows = requireArray(arrays, 'i_ids', 'int32');
    const columns = requireArray(arrays, 'j_ids', 'int32');
    const rowBest = requireArray(arrays, 'conf_row_argmax', 'int32').data;
    const columnBest = requireArray(arrays, 'conf_col_argmax', 'int32').data;
    expect(rows.data.length).toBe(35);
    for (const [match, row] of rows.data.entries()) {
      expect(rowBest[row]).toBe(columns.data[match]);
      expect(columnBest[columns.data[match]!]).toBe(row);
    }
  });

  it('brings Fortran order to C order', () => {
    const stored = new Uint8Array(new Int32Array([1, 4, 2, 5, 3, 6]).buffer);
    const arrays = readNpz(zipSync({ 'a.npy': npy(header('<i4', 'True', '(2, 3)'), stored) }));
    expect(requireArray(arrays, 'a', 'int32')).toEqual({
      dtype: 'int32',
      shape: [2, 3],
      data: new Int32Array([1, 2, 3, 4, 5, 6]),
    });
  });

  it('reads every supported type, scalars and version 2 headers', () => {
    const arrays = readNpz(
      zipSync({
        'f8.npy': npy(header('<f8', 'False', '()'), new Uint8Array(new Float64Array([0.1]).buffer), 2),
        'i8.npy': npy(header('<i8', 'False', '(1,)'), new Uint8Array(new BigInt64Array([-7n]).buffer)),
        'u1.npy': npy(header('|u1', 'False', '(2,)'), new Uint8Array([3, 255])),
        'b1.npy': npy(header('|b1', 'False', '(2,)'), new Uint8Array([1, 0])),
      }),
    );
    expect(requireArray(arrays, 'f8', 'float64').data).toEqual(new Float64Array([0.1]));
    expect(arrays.get('f8')!.shape).toEqual([]);
    expect(requireArray(arrays, 'i8', 'int64').data).toEqual(new BigInt64Array([-7n]));
    expect(requireArray(arrays, 'u1', 'uint8').data).toEqual(new Uint8Array([3, 255]));
    expect(requireArray(arrays, 'b1', 'bool').data).toEqual(new Uint8Array([1, 0]));
  });

  it('refuses what it does not read', () => {
    const bigEndian = npy(header('>f4', 'False', '(1,)'), new Uint8Array(4));
    const short = npy(header('<f4', 'False', '(2,)'), new Uint8Array(4));
    for (const bytes of [bigEndian, short, strToU8('no array')]) {
      expect(() => readNpz(zipSync({ 'a.npy': bytes }))).toThrow(/^The array "a.npy" cannot be read/);
    }
  });
});
