/**
 * Writes NumPy's `.npz`: a zip, not compressed, of one `.npy` (NEP 1, format version 1.0) an array, for
 * `numpy.load`.
 */
import { writeZip } from './writeZip.ts';

export interface NpzArray {
  readonly shape: readonly number[];
  /** C order. */
  readonly data: Float32Array | Float64Array;
}

/** Headers are padded so that the values behind them are aligned. */
const alignment = 64;

/** @param arrays by name, without `.npy` */
export function writeNpz(arrays: Readonly<Record<string, NpzArray>>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return writeZip(Object.fromEntries(entries), 0);
}

function writeNpy({ shape, data }: NpzArray): Uint8Array {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count !== data.length)
    throw new RangeError(`[${shape.join(', ')}] does not hold ${data.length} values.`);
  const descr = data instanceof Float32Array ? '<f4' : '<f8';
  // A tuple of one needs its comma.
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const description = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const prefix = 10;
  const headerLength = Math.ceil((prefix + description.length + 1) / alignment) * alignment - prefix;
  const header = `${description.padEnd(headerLength - 1)}\n`;
  const bytes = new Uint8Array(prefix + headerLength + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, headerLength, true);
  bytes.set(new TextEncoder().encode(header), prefix);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), prefix + headerLength);
  return bytes;
}
