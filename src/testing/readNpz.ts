/**
 * Reads NumPy's `.npz` archives (NEP 1, format versions 1.0 and 2.0), which hold the reference tensors that
 * the networks are tested against.
 */

import { openZip } from '../checkpoint/zip.ts';
import { CovisError } from '../reporting/covisError.ts';

interface NpyData {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  /** 0 or 1. */
  bool: Uint8Array;
}

export type NpyDtype = keyof NpyData;

/** Values in C order, whatever the order in the file. */
export type NpyArray = {
  [Dtype in NpyDtype]: {
    readonly dtype: Dtype;
    readonly shape: readonly number[];
    readonly data: NpyData[Dtype];
  };
}[NpyDtype];

const MAGIC = '\x93NUMPY';

const FORMATS = {
  '<f4': { dtype: 'float32', create: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  '<f8': { dtype: 'float64', create: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  '<i4': { dtype: 'int32', create: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  '<i8': { dtype: 'int64', create: (buffer: ArrayBuffer) => new BigInt64Array(buffer) },
  '|u1': { dtype: 'uint8', create: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
  '|b1': { dtype: 'bool', create: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const;

/**
 * All arrays of the archive by name (without `.npy`).
 * @throws CovisError `zip-*` for a broken archive, `npy-unsupported` for an array of another kind
 */
export function readNpz(bytes: Uint8Array): Map<string, NpyArray> {
  const archive = openZip(bytes);
  return new Map(
    archive.names.map((name) => [name.replace(/\.npy$/, ''), readNpy(archive.read(name), name)] as const),
  );
}

/** The array of that name and type; throws when a fixture does not hold it. */
export function requireArray<Dtype extends NpyDtype>(
  arrays: ReadonlyMap<string, NpyArray>,
  name: string,
  dtype: Dtype,
): Extract<NpyArray, { dtype: Dtype }> {
  const array = arrays.get(name);
  if (array?.dtype !== dtype) throw refuse(name, `there is no ${dtype} array of that name`);
  return array as Extract<NpyArray, { dtype: Dtype }>;
}

function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const text = new TextDecoder('latin1');
  const version = bytes[6];
  if (text.decode(bytes.subarray(0, 6)) !== MAGIC || (version !== 1 && version !== 2) || bytes.length < 12) {
    throw refuse(name, 'it is not in version 1 or 2 of the format');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = version === 1 ? 10 : 12;
  const dataStart = headerStart + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = text.decode(bytes.subarray(headerStart, dataStart));
  const descr = /'descr': '([^']*)'/.exec(header)?.[1] ?? '';
  const isFortranOrder = /'fortran_order': True/.test(header);
  const shapeText = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (!Object.hasOwn(FORMATS, descr) || shapeText === undefined) {
    throw refuse(name, `its header reads ${header.trim()}`);
  }
  const format = FORMATS[descr as keyof typeof FORMATS];
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  // A copy, because the values stand at any offset in the archive and typed arrays want them aligned.
  const packed = bytes.slice(dataStart).buffer;
  const count = shape.reduce((product, size) => product * size, 1);
  if (packed.byteLength !== count * Number(descr[2])) throw refuse(name, `it does not hold ${count} values`);
  const data = format.create(packed);
  if (isFortranOrder) reorderFromFortran(data, shape);
  return { dtype: format.dtype, shape, data } as NpyArray;
}

function reorderFromFortran(data: NpyArray['data'], shape: readonly number[]): void {
  const source = data.slice();
  const index = shape.map(() => 0);
  for (let target = 0; target < data.length; target++) {
    let offset = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) offset = offset * shape[axis]! + index[axis]!;
    data[target] = source[offset]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

function refuse(name: string, what: string): CovisError {
  return new CovisError('checkpoint', 'npy-unsupported', `The array "${name}" cannot be read: ${what}.`);
}
