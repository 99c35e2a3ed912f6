/** A DKM of a few thousand weights, for tests that run in a second. */
import type { NamedTensors } from '../../../checkpoint/namedTensors.ts';
import { formulaWeights, type TensorShapes } from '../../../testing/formulaWeights.ts';
import { type DkmConfig, publishedFineScale, type RefinerConfig } from '../dkmConfig.ts';
import { type EncoderWidths, expectedTensors } from '../expectedTensors.ts';

const refiner = (
  featureChannels: number,
  correlationRadius: number | null,
  hiddenPerInput = 1,
): RefinerConfig => {
  const inputs =
    2 * featureChannels + 4 + (correlationRadius === null ? 0 : (2 * correlationRadius + 1) ** 2);
  return {
    featureChannels,
    displacementChannels: 4,
    correlationRadius,
    hiddenChannels: hiddenPerInput * inputs,
    hiddenBlocks: 2,
    depthwise: true,
    kernel: 5,
  };
};

export function narrowConfig(block: 'basic' | 'bottleneck' = 'basic'): DkmConfig {
  return {
    encoder: { block, blockCounts: [1, 1, 2, 1] },
    channels: { 32: 12, 16: 10, 8: 8, 4: 6, 2: 5, 1: 3 },
    projected: [32, 16, 8],
    basisChannels: { 32: 8, 16: 8 },
    decoderFeatureChannels: { 32: 8, 16: 8 },
    contextChannels: 12,
    refiners: {
      16: refiner(10, 3),
      8: refiner(8, 2),
      4: refiner(6, 1),
      2: refiner(5, null),
      1: refiner(3, null, 2),
    },
    fineScale: publishedFineScale,
  };
}

function widthsOf({ encoder }: DkmConfig): EncoderWidths {
  const levels = [6, 9, 14, 16];
  return { stem: 5, stemKernel: 7, levels, inner: encoder.block === 'basic' ? levels : [3, 4, 5, 6] };
}

export function narrowShapes(block?: 'basic' | 'bottleneck'): TensorShapes {
  const config = narrowConfig(block);
  return Object.fromEntries(expectedTensors(config, widthsOf(config)));
}

export function narrowWeights(block?: 'basic' | 'bottleneck'): NamedTensors {
  return formulaWeights(narrowShapes(block), 'dkm');
}
