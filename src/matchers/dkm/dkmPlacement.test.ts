import { afterAll, describe, expect, it } from 'vitest';
import { needsGpu, openGpuWithoutFallback } from '../../testing/openGpuWithoutFallback.ts';
import { buildRefiner } from './buildRefiner.ts';
import { type PassSizes, planGraphs } from './dkmGraphs.ts';
import { readConfig } from './readConfig.ts';
import { narrowWeights } from './testing/narrowNetwork.ts';

const gpu = await openGpuWithoutFallback();
afterAll(() => gpu?.release());

const sizes: PassSizes = {
  first: { width: 128, height: 96 },
  second: { width: 224, height: 160 },
  ratio: [1, 1],
};

describe.skipIf(gpu === null)(`DKM’s graphs on WebGPU without the CPU (${needsGpu})`, () => {
  // The official network runs there in `npm run test:reference`: a software driver takes minutes to prepare it.
  it.each(['basic', 'bottleneck'] as const)('a narrow network of %s blocks stays there', async (block) => {
    const checkpoint = narrowWeights(block);
    const plans = planGraphs(checkpoint, readConfig(checkpoint), sizes, gpu!);
    expect(plans).toHaveLength(16);
    for (const { build, resident } of plans) {
      const session = await gpu!.createSession(build().toModel(), { residentOutputs: resident });
      await session.release();
    }
  });

  it('a refiner in bands and chunks, as at large sizes, stays there', async () => {
    const checkpoint = narrowWeights();
    const limits = { chunkBytes: 3000, bandBytes: 10_000 };
    const config = readConfig(checkpoint);
    const graph = buildRefiner(
      checkpoint,
      config,
      sizes.first,
      4,
      { width: 16, height: 12 },
      'float32',
      limits,
    );
    await (await gpu!.createSession(graph.toModel())).release();
  });
});
