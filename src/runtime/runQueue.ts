/**
 * Runs jobs one after another. ONNX Runtime allows one run at a time for a WebGPU device and one for the
 * WebAssembly module; a job that rejects must not poison those behind it. Between jobs waiting messages are
 * let in, so that a cancelled run stops at the next step.
 */
import { yieldToMessages } from './yieldToMessages.ts';

export interface RunQueue {
  add<Result>(job: () => Promise<Result>): Promise<Result>;
}

export function createRunQueue(): RunQueue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    add(job) {
      const result = tail.then(job).finally(yieldToMessages);
      tail = result.catch(() => undefined);
      return result;
    },
  };
}
