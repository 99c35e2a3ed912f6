import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { createNodeRuntime, hasNativeOrt } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { buildRefiner } from './buildRefiner.ts';
import { type PassSizes, planGraphs } from './dkmGraphs.ts';
import { readConfig } from './readConfig.ts';
import { narrowWeights } from './testing/narrowNetwork.ts';

/** The software driver that Debian's chromium brings; a machine with a GPU needs none. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (process.env.VK_ICD_FILENAMES === undefined && existsSync(softwareDriver)) {
  process.env.VK_ICD_FILENAMES = softwareDriver;
}

async function openGpu(): Promise<Runtime | null> {
  if (!(await hasNativeOrt()) || process.env.VK_ICD_FILENAMES === undefined) return null;
  const runtime = await createNodeRuntime({ provider: 'webgpu', forbidCpuFallback: true });
  const graph = new GraphBuilder('probe');
  graph.output('y', graph.node('Exp', [graph.input('x', 'float32', [4])], {}, 'float32', [4]));
  try {
    await (await runtime.createSession(graph.toModel())).release();
    return runtime;
  } catch (error) {
    console.info('No WebGPU here:', error);
    return null;
  }
}

const gpu = await openGpu();
afterAll(() => gpu?.release());

const sizes: PassSizes = {
  first: { width: 128, height: 96 },
  second: { width: 224, height: 160 },
  ratio: [1, 1],
};

describe.skipIf(gpu === null)(
  'DKM’s graphs on WebGPU without the CPU (needs onnxruntime-node and a Vulkan driver named by VK_ICD_FILENAMES)',
  () => {
    // The official network runs there in `npm run test:reference`: a software driver takes minutes to prepare it.
    it.each(['basic', 'bottleneck'] as const)('a narrow network of %s blocks stays there', async (block) => {
      const checkpoint = narrowWeights(block);
      const plans = planGraphs(checkpoint, readConfig(checkpoint), sizes, gpu!);
      expect(plans).toHaveLength(16);
      for (const { build, resident } of plans) {
        const session = await gpu!.createSession(build(), { residentOutputs: resident });
        await session.release();
      }
    });

    it('a refiner in bands and chunks, as at large sizes, stays there', async () => {
      const checkpoint = narrowWeights();
      const limits = { chunkBytes: 3000, bandBytes: 10_000 };
      const config = readConfig(checkpoint);
      const model = buildRefiner(
        checkpoint,
        config,
        sizes.first,
        4,
        { width: 16, height: 12 },
        'float32',
        limits,
      );
      await (await gpu!.createSession(model)).release();
    });
  },
);
