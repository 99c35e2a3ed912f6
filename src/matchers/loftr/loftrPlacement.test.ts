import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import type { Runtime } from '../../runtime/session.ts';
import { needsGpu, openGpuWithoutFallback } from '../../testing/openGpuWithoutFallback.ts';
import { loftrGraphs, residentOutputs } from './loftrNetwork.ts';
import { readConfig } from './readConfig.ts';
import { findReference, referenceOptions } from './testing/referenceFiles.ts';

const gpu = await openGpuWithoutFallback();
afterAll(() => gpu?.release());

describe.skipIf(gpu === null)(`graphs on WebGPU without the CPU (${needsGpu})`, () => {
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
      const stages = [
        [graphs.backbone(sizes[0]), residentOutputs.backbone],
        [graphs.coarse(sizes), residentOutputs.coarse],
        [graphs.fine(sizes), []],
      ] as const;
      for (const [graph, resident] of stages) {
        const session = await runtime.createSession(graph.toModel(), { residentOutputs: resident });
        await session.release();
      }
    },
  );
});
