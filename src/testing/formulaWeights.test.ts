import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { fnv1a32, formulaWeights, type TensorShapes } from './formulaWeights.ts';

const shapes: TensorShapes = JSON.parse(
  readFileSync(
    new URL('./fixtures/reference/loftr_official_outdoor_config.shapes.json', import.meta.url),
    'utf8',
  ),
);

describe('formulaWeights', () => {
  it('hashes names as the reference does', () => {
    expect(fnv1a32('backbone.conv1.weight')).toBe(1167162775);
  });

  it('gives the first weights of the official LoFTR', () => {
    const { tensors } = formulaWeights(shapes);
    const values = tensors.get('backbone.conv1.weight')!.toFloat32();
    expect(values.length).toBe(128 * 49);
    const expected = [0.22017238, -0.13852649, -0.28838962];
    expect(Array.from(values.subarray(0, 3))).toEqual(expected.map(Math.fround));
  });

  it('keeps each kind of tensor in its range', () => {
    const { tensors } = formulaWeights(shapes);
    const range = (name: string) => {
      const values = tensors.get(name)!.toFloat32();
      return [Math.min(...values), Math.max(...values)] as const;
    };
    const [meanLow, meanHigh] = range('backbone.bn1.running_mean');
    expect(meanLow).toBeLessThan(-0.09);
    expect(meanLow).toBeGreaterThan(-0.1001);
    expect(meanHigh).toBeGreaterThan(0.09);
    const [varLow, varHigh] = range('backbone.bn1.running_var');
    expect(varLow).toBeGreaterThan(0.6999);
    expect(varHigh).toBeGreaterThan(1.27);
    const [weightLow, weightHigh] = range('backbone.bn1.weight');
    expect(weightLow).toBeGreaterThan(0.7999);
    expect(weightHigh).toBeLessThan(1.2001);
    const [biasLow, biasHigh] = range('backbone.bn1.bias');
    expect(Math.max(-biasLow, biasHigh)).toBeLessThan(0.05001);
    expect(tensors.get('backbone.bn1.num_batches_tracked')!.toFloat32()).toEqual(new Float32Array(1));
  });

  it("halves DKM's output layers only there", () => {
    const name = 'decoder.conv_refiner.1.out_conv.weight';
    const plain = formulaWeights({ [name]: [3, 6, 1, 1] })
      .tensors.get(name)!
      .toFloat32();
    const halved = formulaWeights({ [name]: [3, 6, 1, 1] }, 'dkm')
      .tensors.get(name)!
      .toFloat32();
    expect(halved[0]! / plain[0]!).toBeCloseTo(0.5 * Math.sqrt(0.5 / 0.7), 6);
  });
});
