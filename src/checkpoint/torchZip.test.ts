import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

import type { NamedTensors } from './namedTensors.ts';
import { expectFailure } from './testing/expectFailure.ts';
import { readFixture } from './testing/readFixture.ts';
import { writeZip } from './testing/writeZip.ts';
import { readTorchZip } from './torchZip.ts';
import { openZip } from './zip.ts';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const range = (count: number, first = 0, step = 1) =>
  Array.from({ length: count }, (_, index) => first + index * step);

function valuesOf({ tensors }: NamedTensors): Record<string, number[]> {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, [...tensor.toFloat32()]]));
}

/** A checkpoint of one float32 tensor `w` over a storage of four elements, described as the test wishes. */
function writeCheckpoint(view: {
  offset?: string;
  shape: string;
  strides: string;
  key?: string;
  storage?: string;
}): Uint8Array {
  const pickle =
    '\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n(' +
    `(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x00${view.key ?? '0'}X\x03\x00\x00\x00cpuK\x04tQ${view.storage ?? ''}` +
    `${view.offset ?? 'K\x00'}${view.shape}${view.strides}\x89N` +
    'tRs.';
  return writeZip([
    { name: 'archive/data.pkl', data: ascii(pickle) },
    { name: 'archive/data/0', data: new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer) },
  ]);
}

describe('readTorchZip', () => {
  it('converts every type to float32', () => {
    expect(valuesOf(readTorchZip(readFixture('dtypes.pth')))).toEqual({
      float32: [0.1, -1.5, 3e38].map(Math.fround),
      float16: [1, -2.5, 65504, 2 ** -24, -(2 ** -14), Infinity, -Infinity, Number.NaN, -0],
      // 3e38 and 1e-40 rounded to eight bits of mantissa, the second one subnormal.
      bfloat16: [1, -2.5, 226 * 2 ** 120, 1 * 2 ** -133],
      float64: [Math.fround(0.1), Infinity],
      int64: [-3, 2 ** 40],
      int32: [-7, 2 ** 31],
      uint8: [0, 255],
      bool: [1, 0, 1],
    });
  });

  it.each([2, 4, 5])('reads shared, strided and offset views of one storage (protocol %i)', (protocol) => {
    const named = readTorchZip(readFixture(`views_protocol${protocol}.pt`));
    expect(valuesOf(named)).toEqual({
      base: range(24),
      grid: range(24),
      transposed: range(24).map((k) => (((k / 3) % 2) | 0) * 12 + (k % 3) * 4 + Math.floor(k / 6)),
      row: range(4, 20),
      column: [7, 19],
      every_second: range(12, 1, 2),
      expanded: range(6, 5, 0),
      channels_last: range(16),
      scalar: [7],
      empty: [],
      parameter: range(12),
    });
    expect(named.tensors.get('transposed')!.shape).toEqual([4, 2, 3]);
    expect(named.tensors.get('scalar')!.shape).toEqual([]);
    expect(named.tensors.get('parameter')!.dtype).toBe('float16');
  });

  it('copies nothing that is float32 in C order', () => {
    const bytes = readFixture('views_protocol2.pt');
    const { tensors } = readTorchZip(bytes);
    for (const name of ['base', 'grid', 'row', 'scalar']) {
      expect(tensors.get(name)!.toFloat32().buffer, name).toBe(bytes.buffer);
    }
    // The row is a view of the same bytes as the grid, not only of the same file.
    const grid = tensors.get('grid')!.toFloat32();
    expect(tensors.get('row')!.toFloat32().byteOffset - grid.byteOffset).toBe(20 * 4);
  });

  it('finds the weights among what a training framework leaves beside them', () => {
    const values = valuesOf(readTorchZip(readFixture('lightning.ckpt')));
    expect(Object.keys(values)).toEqual([
      ...['0.weight', '0.bias'].map((name) => `matcher.${name}`),
      ...['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'].map(
        (name) => `matcher.1.${name}`,
      ),
    ]);
    expect(values['matcher.0.weight']).toEqual(range(18));
    expect(values['matcher.1.bias']).toEqual([300, 301]);
    expect(values['matcher.1.num_batches_tracked']).toEqual([1]);
  });

  it('reads the same from an archive that someone packed again', () => {
    const original = openZip(readFixture('views_protocol2.pt'));
    const packed = zipSync(Object.fromEntries(original.names.map((name) => [name, original.read(name)])));
    expect(valuesOf(readTorchZip(packed))).toEqual(valuesOf(readTorchZip(readFixture('views_protocol2.pt'))));
  });

  it.each([
    ['calls_system.pth', /call posix\.system,/],
    ['calls_eval.pth', /call builtins\.eval,/],
    ['calls_load.pth', /call torch\.storage\._load_from_bytes,/],
  ])('refuses %s by the name of the function', (name, message) => {
    expectFailure(() => readTorchZip(readFixture(name)), 'pickle-refused', message);
  });

  it('says which other files it does not read, and what to do', () => {
    expectFailure(
      () => readTorchZip(readFixture('scripted.pt')),
      'checkpoint-torchscript',
      /torch\.jit\.load/,
    );
    expectFailure(() => readTorchZip(readFixture('no_tensors.pth')), 'checkpoint-no-tensors', /state_dict/);
    expectFailure(
      () => readTorchZip(readFixture('int16.pth')),
      'checkpoint-unsupported-dtype',
      /ShortStorage/,
    );
    const numpy = zipSync({ 'a.npy': new Uint8Array(1) });
    expectFailure(() => readTorchZip(numpy), 'checkpoint-unknown-format', /NumPy archive/);
    const other = zipSync({ 'word/document.xml': new Uint8Array(1) });
    expectFailure(() => readTorchZip(other), 'checkpoint-unknown-format', /a zip archive, not/);
    const bigEndian = writeZip([
      { name: 'a/data.pkl', data: ascii('\x80\x02}.') },
      { name: 'a/byteorder', data: ascii('big') },
    ]);
    expectFailure(() => readTorchZip(bigEndian), 'checkpoint-big-endian');
  });

  it('refuses tensors that their storage cannot hold', () => {
    const valid = { shape: 'K\x02K\x02\x86', strides: 'K\x02K\x01\x86' };
    expect(valuesOf(readTorchZip(writeCheckpoint(valid)))).toEqual({ w: [1, 2, 3, 4] });
    const cases: Array<[view: Parameters<typeof writeCheckpoint>[0], code: string, message: RegExp]> = [
      [{ ...valid, offset: 'K\x01' }, 'checkpoint-damaged', /"w".*elements 1 to 5 .* holds 4/],
      [{ ...valid, offset: 'J\xff\xff\xff\xff' }, 'checkpoint-damaged', /natural numbers/],
      [{ ...valid, strides: 'K\x05K\x01\x86' }, 'checkpoint-damaged', /elements 0 to 7/],
      [{ ...valid, strides: 'J\xff\xff\xff\xffK\x01\x86' }, 'checkpoint-damaged', /natural numbers/],
      [{ ...valid, strides: 'K\x01\x85' }, 'checkpoint-damaged', /natural numbers/],
      [{ shape: 'J\xff\xff\xff\x7f\x85', strides: 'K\x00\x85' }, 'checkpoint-damaged', /repeats 4 elements/],
      [{ ...valid, shape: 'N' }, 'pickle-damaged', /no list of numbers/],
      [{ ...valid, offset: 'G?\xe0\x00\x00\x00\x00\x00\x00' }, 'checkpoint-damaged', /natural numbers/],
      [{ ...valid, storage: '0N' }, 'pickle-damaged', /a tensor out of something else/],
      [{ ...valid, key: '7' }, 'zip-entry-missing', /"archive\/data\/7"/],
    ];
    for (const [view, code, message] of cases) {
      expectFailure(() => readTorchZip(writeCheckpoint(view)), code, message);
    }
  });

  const student = resolve(
    process.env.COVIS_SHARED ?? '../shared',
    'reference/coarse_loftr_student/LoFTR_teacher.pt',
  );
  it.skipIf(!existsSync(student))('reads the pretrained student (skipped without ../shared)', () => {
    const { tensors } = readTorchZip(new Uint8Array(readFileSync(student)));
    expect(tensors.size).toBe(177);
    expect(tensors.get('backbone.conv1.weight')!.shape).toEqual([8, 1, 7, 7]);
    for (const tensor of tensors.values()) expect(tensor.toFloat32().every(Number.isFinite)).toBe(true);
  });
});
