import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { readNpz } from '../../testing/readNpz.ts';
import { compareWithReference, type RelativeErrors } from './testing/compareWithReference.ts';
import { narrowWeights } from './testing/narrowNetwork.ts';

/** Computed by the authors' code with the narrow network's widths, basic blocks and formula weights. */
const fixture = new URL('../../testing/fixtures/reference/dkm_narrow_config.npz', import.meta.url);
const arrays = readNpz(readFileSync(fixture));

let runtime32: Runtime;
let runtime16: Runtime;
beforeAll(async () => {
  runtime32 = await createNodeRuntime({ threads: 2 });
  runtime16 = await createNodeRuntime({ threads: 2, precision: 'fp16' });
});
afterAll(async () => {
  await runtime32.release();
  await runtime16.release();
});

function expectWithin(errors: RelativeErrors, bound: number): void {
  const compared = [...arrays.keys()].filter((name) => !name.includes('image'));
  expect(Object.keys(errors).toSorted()).toEqual(compared.toSorted());
  for (const [stage, error] of Object.entries(errors)) expect(error, stage).toBeLessThan(bound);
}

describe('a narrow DKM of basic blocks against the authors’ code', () => {
  it('agrees in every stage of both passes in fp32', async () => {
    expectWithin(await compareWithReference(runtime32, narrowWeights(), arrays), 1e-4);
  });

  // Half precision has 11 bits: 5e-4 for one rounding, of which a map sees some twenty one after another.
  it('agrees in every stage within two hundredths in fp16', async () => {
    expectWithin(await compareWithReference(runtime16, narrowWeights(), arrays), 2e-2);
  });
});
