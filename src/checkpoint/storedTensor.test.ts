import { describe, expect, it } from 'vitest';

import { createStoredTensor } from './storedTensor.ts';

describe('createStoredTensor', () => {
  it('converts each of the 65536 halves exactly', () => {
    const halves = Uint16Array.from({ length: 0x10000 }, (_, half) => half);
    const storage = new Uint8Array(halves.buffer);
    const tensor = createStoredTensor({ name: 'w', dtype: 'float16', shape: [0x10000], offset: 0, storage });
    const values = tensor.toFloat32();
    // IEEE 754: (-1)^s 2^(e-15) 1.m, subnormals 2^-14 0.m, the last exponent infinity and NaN.
    const wrong = [...values.keys()].filter((half) => {
      const sign = half & 0x8000 ? -1 : 1;
      const exponent = (half >> 10) & 0x1f;
      const fraction = (half & 0x3ff) / 1024;
      const finite = exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction);
      const expected = exponent === 31 ? (fraction === 0 ? Infinity : Number.NaN) : finite;
      return !Object.is(values[half], sign * expected);
    });
    expect(wrong).toEqual([]);
  });

  it('views the file whatever the strides of axes that hold one element', () => {
    const storage = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer);
    const layout = { name: 'w', dtype: 'float32', shape: [1, 3, 1], strides: [99, 1, 7], offset: 1 } as const;
    const values = createStoredTensor({ ...layout, storage }).toFloat32();
    expect([...values]).toEqual([2, 3, 4]);
    expect(values.buffer).toBe(storage.buffer);
  });
});
