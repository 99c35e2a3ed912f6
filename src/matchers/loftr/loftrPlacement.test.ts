import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { createNodeRuntime, hasNativeOrt } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { loftrGraphs, residentOutputs } from './loftrNetwork.ts';
import { readConfig } from './readConfig.ts';
import { findReference, referenceOptions } from './testing/referenceFiles.ts';

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

describe.skipIf(gpu === null)(
  'graphs on WebGPU without the CPU (needs onnxruntime-node and a Vulkan driver named by VK_ICD_FILENAMES)',
  () => {
    let runtime: Runtime;
    beforeAll(() => {
      runtime = gpu!;
    });

    it('would notice a node that leaves the GPU', async () => {
      const graph = new GraphBuilder('control');
      const x = graph.input('x', 'float32', [4]);
      graph.output('y', graph.node('Round', [x], {}, 'float32', [4]));
      await expect(runtime.createSession(graph.toModel())).rejects.toMatchObject({ code: 'session-failed' });
    });

    const sizes = [
      { width: 128, height: 96 },
      { width: 96, height: 160 },
    ] as const;

    it.each(['loftr_compact_config', 'loftr_official_outdoor_config'] as const)(
      '%s stays there',
      async (name) => {
        const { checkpoint } = findReference(name)!;
        const graphs = loftrGraphs(checkpoint, readConfig(checkpoint, referenceOptions[name]), runtime);
        const models = [
          [graphs.backbone(sizes[0]), residentOutputs.backbone],
          [graphs.coarse(sizes), residentOutputs.coarse],
          [graphs.fine(sizes), []],
        ] as const;
        for (const [model, resident] of models) {
          const session = await runtime.createSession(model, { residentOutputs: resident });
          await session.release();
        }
      },
    );
  },
);
