import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../checkpoint/safetensors.ts';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { readNpz } from '../../testing/readNpz.ts';
import { compareWithReference } from './testing/compareWithReference.ts';

const weights = readSafetensors(
  readFileSync(new URL('../../../public/weights/dkm-compact.safetensors', import.meta.url)),
);
/** Two drawn pictures of 96 x 64, and what PyTorch finds on them with the shipped weights in double precision. */
const golden = readNpz(
  readFileSync(new URL('../../testing/fixtures/dkm-compact.golden.npz', import.meta.url)),
);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

describe('the shipped compact DKM against the network it was trained as', () => {
  it('agrees in every stage', async () => {
    const errors = await compareWithReference(runtime, weights, golden);
    const compared = [...golden.keys()].filter((name) => !name.includes('image'));
    expect(Object.keys(errors).toSorted()).toEqual(compared.toSorted());
    for (const [stage, error] of Object.entries(errors)) expect(error, stage).toBeLessThan(1e-3);
  });
});
