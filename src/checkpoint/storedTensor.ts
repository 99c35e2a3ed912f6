/**
 * A tensor that stays where the file has it: dtype, shape and strides over a range of bytes.
 *
 * Both checkpoint formats end here, so that what a tensor may claim is checked in one place and the way from
 * half, bfloat16 or strided bytes to float32 is written once.
 */

import { CovisError } from '../reporting/covisError.ts';
import type { CheckpointDtype, CheckpointTensor } from './namedTensors.ts';

export const BYTES_PER_ELEMENT: Readonly<Record<CheckpointDtype, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  uint8: 1,
  bool: 1,
};

/**
 * An expanded tensor (stride 0) has more elements than its storage: a few bytes could ask for all memory.
 * No network has such weights beyond small buffers.
 */
const EXPANDED_ELEMENTS_LIMIT = 1 << 24;

export interface TensorLayout {
  readonly name: string;
  readonly dtype: CheckpointDtype;
  readonly shape: readonly number[];
  /** In elements; absent for C order. */
  readonly strides?: readonly number[];
  /** First element, in elements from the start of the storage. */
  readonly offset: number;
  /** The storage, little-endian, at any alignment. */
  readonly storage: Uint8Array;
}

/** @throws CovisError `checkpoint-damaged` when the tensor reaches beyond its storage or is absurdly large */
export function createStoredTensor(layout: TensorLayout): CheckpointTensor {
  const { name, dtype, shape, storage, offset } = layout;
  const strides = layout.strides ?? findContiguousStrides(shape);
  if (strides.length !== shape.length || ![...shape, ...strides, offset].every(isCount)) {
    throw refuseTensor(name, 'its shape, strides or offset are no natural numbers');
  }
  const bytesPerElement = BYTES_PER_ELEMENT[dtype];
  const storageCount = Math.floor(storage.length / bytesPerElement);
  const count = countElements(shape);
  // Elements from the first to the last one touched.
  const span = count === 0 ? 0 : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);
  if (offset + span > storageCount) {
    throw refuseTensor(
      name,
      `it needs elements ${offset} to ${offset + span} of a storage that holds ${storageCount}`,
    );
  }
  if (count > Math.max(storageCount, EXPANDED_ELEMENTS_LIMIT)) {
    throw refuseTensor(name, `it repeats ${storageCount} elements into ${count}`);
  }
  return {
    name,
    dtype,
    shape,
    toFloat32() {
      const first = offset * bytesPerElement;
      const values = convertToFloat32(storage.subarray(first, first + span * bytesPerElement), dtype);
      return isContiguous(shape, strides) ? values : gatherStrided(values, shape, strides, count);
    },
  };
}

export function countElements(shape: readonly number[]): number {
  // Asked first, because zero times an overflow would be NaN.
  if (shape.includes(0)) return 0;
  return shape.reduce((product, size) => product * size, 1);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function findContiguousStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Axes of one element may have any stride: PyTorch writes what the memory format left there. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  const expected = findContiguousStrides(shape);
  return (
    countElements(shape) === 0 || shape.every((size, axis) => size === 1 || strides[axis] === expected[axis])
  );
}

function gatherStrided(
  source: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Float32Array {
  const values = new Float32Array(count);
  const index = shape.map(() => 0);
  let offset = 0;
  for (let target = 0; target < count; target++) {
    values[target] = source[offset]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = index[axis]! + 1;
      offset += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      offset -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

function convertToFloat32(packed: Uint8Array, dtype: CheckpointDtype): Float32Array {
  const bytesPerElement = BYTES_PER_ELEMENT[dtype];
  // Typed arrays want aligned bytes: torch pads its storages, a safetensors header may be of odd length.
  const bytes = packed.byteOffset % bytesPerElement === 0 ? packed : packed.slice();
  const { buffer, byteOffset } = bytes;
  const count = bytes.length / bytesPerElement;
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, count);
    case 'float16':
      return convertHalf(new Uint16Array(buffer, byteOffset, count));
    case 'bfloat16':
      return convertBfloat16(new Uint16Array(buffer, byteOffset, count));
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, count));
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, count));
    case 'uint8':
      return Float32Array.from(bytes);
    case 'bool':
      return Float32Array.from(bytes, (value) => (value === 0 ? 0 : 1));
  }
}

let halfTable: Uint32Array | null = null;

/** By a table of all 65536 halves, made once: the fastest way where Float16Array is not everywhere yet. */
function convertHalf(halves: Uint16Array): Float32Array {
  halfTable ??= Uint32Array.from({ length: 0x10000 }, (_, half) => halfToFloat32Bits(half));
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halfTable[halves[index]!]!;
  return new Float32Array(bits.buffer);
}

function halfToFloat32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  let exponent = (half >>> 10) & 0x1f;
  let mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent === 0) {
    if (mantissa === 0) return sign;
    // Subnormal halves are normal floats: shift until the leading one stands where it is implied.
    exponent = 1;
    while ((mantissa & 0x400) === 0) {
      mantissa <<= 1;
      exponent--;
    }
    mantissa &= 0x3ff;
  }
  return sign | ((exponent + 112) << 23) | (mantissa << 13);
}

function convertBfloat16(values: Uint16Array): Float32Array {
  const bits = new Uint32Array(values.length);
  for (let index = 0; index < values.length; index++) bits[index] = values[index]! << 16;
  return new Float32Array(bits.buffer);
}

function refuseTensor(name: string, what: string): CovisError {
  return new CovisError(
    'checkpoint',
    'checkpoint-damaged',
    `The tensor "${name}" cannot be as the checkpoint says, ${what}: get the file again.`,
  );
}
