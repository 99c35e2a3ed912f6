/**
 * WebGPU for tests that hold graphs to it: every node that would fall back to the CPU fails its session. A machine
 * with a GPU brings its own driver; elsewhere the software driver of Debian's chromium does.
 */
import { existsSync } from 'node:fs';
import { GraphBuilder } from '../onnx/graphBuilder.ts';
import { createNodeRuntime, hasNativeOrt } from '../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../runtime/session.ts';

const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** What a skipped test says. */
export const needsGpu = 'needs onnxruntime-node and a Vulkan driver named by VK_ICD_FILENAMES';

/** @returns null where there is none */
export async function openGpuWithoutFallback(): Promise<Runtime | null> {
  if (process.env.VK_ICD_FILENAMES === undefined && existsSync(softwareDriver)) {
    process.env.VK_ICD_FILENAMES = softwareDriver;
  }
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
