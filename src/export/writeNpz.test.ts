import { describe, expect, it } from 'vitest';
import { readNpz } from '../testing/readNpz.ts';
import { writeNpz } from './writeNpz.ts';

describe('writeNpz', () => {
  const arrays = {
    line: { shape: [3], data: Float32Array.of(1, -0.5, Number.NaN) },
    volume: { shape: [2, 1, 2], data: Float64Array.of(1e300, 2, 3, 4) },
    empty: { shape: [0, 2], data: new Float32Array(0) },
  };

  it('is read back by name, type, shape and value', () => {
    const read = readNpz(writeNpz(arrays));
    expect([...read.keys()]).toEqual(['line', 'volume', 'empty']);
    expect(read.get('line')).toEqual({ dtype: 'float32', ...arrays.line });
    expect(read.get('volume')).toEqual({ dtype: 'float64', ...arrays.volume });
    expect(read.get('empty')).toEqual({ dtype: 'float32', ...arrays.empty });
  });

  it('gives the same bytes for the same arrays', () => {
    expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
  });

  it('refuses a shape that does not hold the values', () => {
    expect(() => writeNpz({ x: { shape: [2, 2], data: new Float32Array(3) } })).toThrow(RangeError);
  });
});
