/**
 * The parity test: every stage against tensors of the authors' own code. `COVIS_REFERENCE` names the folder,
 * `COVIS_PROVIDER` (cpu, webgpu or wasm) where to compute.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime, hasNativeOrt } from '../../runtime/node/createNodeRuntime.ts';
import type { ExecutionProvider, Runtime } from '../../runtime/session.ts';
import { compareWithReference } from './testing/compareWithReference.ts';
import { findReference, referenceFolder } from './testing/referenceFiles.ts';

const requested = process.env.COVIS_PROVIDER as ExecutionProvider | undefined;
const provider = requested ?? ((await hasNativeOrt()) ? 'cpu' : 'wasm');
const relativeBound = provider === 'webgpu' ? 5e-3 : 1e-3;
/** A software graphics driver takes up to half an hour. */
const minutes = 60_000;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ provider, forbidCpuFallback: true });
});
afterAll(() => runtime.release());

describe(`DKM on ${provider} against the authors’ code`, () => {
  const reference = findReference();
  it.skipIf(reference === null)(
    `agrees in every stage of both passes (needs its files in ${referenceFolder})`,
    async () => {
      const { arrays, checkpoint } = reference!;
      const errors = await compareWithReference(runtime, checkpoint, arrays);
      console.info(errors);
      const compared = [...arrays.keys()].filter((name) => !name.includes('image'));
      expect(Object.keys(errors).toSorted()).toEqual(compared.toSorted());
      for (const [stage, error] of Object.entries(errors)) {
        expect(error, stage).toBeLessThanOrEqual(relativeBound);
      }
    },
    60 * minutes,
  );
});
