import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { type Comparison, compareWithReference } from './testing/compareWithReference.ts';
import { findReference, referenceOptions } from './testing/referenceFiles.ts';

const { arrays, checkpoint } = findReference('loftr_compact_config')!;
const options = referenceOptions.loftr_compact_config;

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

function expectWithin(comparison: Comparison, relativeError: number, px: number): void {
  for (const [stage, error] of Object.entries(comparison.relativeErrors)) {
    expect(error, stage).toBeLessThan(relativeError);
  }
  for (const [list, isEqual] of Object.entries(comparison.identical)) expect(isEqual, list).toBe(true);
  expect(comparison.matchCount).toBeGreaterThan(30);
  expect(comparison.coarsePx).toBe(0);
  expect(comparison.finePx).toBeLessThan(px);
}

describe('a compact LoFTR against the authors’ code', () => {
  it('agrees in every stage in fp32', async () => {
    expectWithin(await compareWithReference(runtime32, checkpoint, options, arrays), 1e-4, 0.01);
  });

  // Half precision has 11 bits: 5e-4 for one rounding. Confidences are exponentials of sums of such features.
  it('agrees in every stage within a hundredth in fp16', async () => {
    expectWithin(await compareWithReference(runtime16, checkpoint, options, arrays), 1e-2, 0.05);
  });

  it('tells the two position encodings apart', async () => {
    const other = { ...options, tempBugFix: !options.tempBugFix };
    const { relativeErrors } = await compareWithReference(runtime32, checkpoint, other, arrays);
    expect(relativeErrors.coarse_backbone0).toBeLessThan(1e-4);
    expect(relativeErrors.coarse_feat0).toBeGreaterThan(1e-2);
  });
});
