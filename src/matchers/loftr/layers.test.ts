import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { foldBatchNorm } from '../foldBatchNorm.ts';
import { transposeMatrix } from './layers.ts';

describe('foldBatchNorm', () => {
  it('does in one affine map what convolution and normalisation do', () => {
    const random = createRandom(3);
    const draw = (count: number, low: number, high: number) =>
      Float32Array.from({ length: count }, () => random.uniform(low, high));
    const [filters, length] = [3, 10];
    const weight = draw(filters * length, -1, 1);
    const norm = {
      scale: draw(filters, 0.5, 2),
      shift: draw(filters, -1, 1),
      mean: draw(filters, -1, 1),
      variance: draw(filters, 0.01, 2),
    };
    const patch = draw(length, -1, 1);
    const respond = (weights: Float32Array, filter: number): number =>
      patch.reduce((sum, value, k) => sum + value * weights[filter * length + k]!, 0);

    const folded = foldBatchNorm(weight, norm);
    for (let d = 0; d < filters; d++) {
      const normalised = (respond(weight, d) - norm.mean[d]!) / Math.sqrt(norm.variance[d]! + 1e-5);
      expect(respond(folded.weight, d) + folded.bias[d]!).toBeCloseTo(
        normalised * norm.scale[d]! + norm.shift[d]!,
        5,
      );
    }
  });
});

describe('transposeMatrix', () => {
  it('turns rows into columns', () => {
    expect([...transposeMatrix(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
