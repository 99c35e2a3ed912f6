/** The process of one case: its peak memory is that case's alone. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createNodeRuntime, hasNativeOrt } from '../../src/runtime/node/createNodeRuntime.ts';
import { CaseSkipped } from '../cases/benchCase.ts';
import { runCase } from '../cases/runCase.ts';
import { startTorch } from '../torch/startTorch.ts';
import type { ChildAnswer, ChildOrder } from './childMessages.ts';
import { readOwnPeak } from './readPeakMemory.ts';

const root = new URL('../../', import.meta.url);

process.once('message', async (order: ChildOrder) => {
  const startBytes = await readOwnPeak();
  const torch = startTorch('cpu', order.threads);
  const outcome = await runCase(order.caseId, {
    environment: order.environment,
    plan: order.plan,
    readFile: readProjectFile,
    createRuntime: () => createCpuRuntime(order.threads),
    askTorch: torch.ask,
  });
  torch.close();
  const answer: ChildAnswer = { outcome, startBytes, peakBytes: await readOwnPeak() };
  process.send!(answer, () => process.exit());
});

async function createCpuRuntime(threads: number) {
  if (!(await hasNativeOrt())) {
    throw new CaseSkipped('onnxruntime-node is not installed: run "npm run install:native".');
  }
  return createNodeRuntime({ provider: 'cpu', threads });
}

async function readProjectFile(path: string): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await readFile(fileURLToPath(new URL(path, root))));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
