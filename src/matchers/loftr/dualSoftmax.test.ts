import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { createRandom } from '../../testing/random.ts';
import { type ConfidenceMaxima, dualSoftmaxMaxima, type MatrixBudget, readMaxima } from './dualSoftmax.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

interface Features {
  readonly count: number;
  readonly values: Float32Array;
}

function draw(count: number, channels: number, size: number, seed: number): Features {
  const random = createRandom(seed);
  return { count, values: Float32Array.from({ length: count * channels }, () => size * random.normal()) };
}

async function matchOnEngine(
  features0: Features,
  features1: Features,
  channels: number,
  scale: number,
  { chunkBytes, keptBytes }: MatrixBudget,
): Promise<ConfidenceMaxima> {
  const graph = new GraphBuilder('test');
  const [dims0, dims1] = [features0, features1].map(({ count }) => [count, channels]) as [number[], number[]];
  const inputs = [graph.input('a', 'float32', dims0), graph.input('b', 'float32', dims1)] as const;
  graph.output('maxima', dualSoftmaxMaxima(graph, inputs[0], inputs[1], scale, { chunkBytes, keptBytes }));
  const session = await runtime.createSession(graph.toModel());
  const { maxima } = await session.run({
    a: { type: 'float32', dims: dims0, data: features0.values },
    b: { type: 'float32', dims: dims1, data: features1.values },
  });
  const joined = (await maxima!.read()).data as Float32Array;
  maxima!.dispose();
  await session.release();
  return readMaxima(joined, features0.count, features1.count, chunkBytes);
}

/** The definition, in double precision: logarithms of the confidences [L][S]. */
function logConfidences(a: Features, b: Features, channels: number, scale: number): number[][] {
  const similarity = Array.from({ length: a.count }, (_, i) =>
    Array.from({ length: b.count }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < channels; k++) sum += a.values[i * channels + k]! * b.values[j * channels + k]!;
      return sum * scale;
    }),
  );
  const logSumExp = (values: number[]): number => {
    const top = Math.max(...values);
    return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
  };
  const rows = similarity.map(logSumExp);
  const columns = similarity[0]!.map((_, j) => logSumExp(similarity.map((row) => row[j]!)));
  return similarity.map((row, i) => row.map((value, j) => 2 * value - rows[i]! - columns[j]!));
}

describe('dualSoftmaxMaxima', () => {
  const settings = [
    { count0: 37, count1: 53, size: 1, chunkBytes: 1 << 20 },
    { count0: 37, count1: 53, size: 1, chunkBytes: 53 * 4 * 5 },
    { count0: 130, count1: 40, size: 1, chunkBytes: 1 },
    // Similarities of some hundreds: a plain exp would overflow.
    { count0: 60, count1: 60, size: 8, chunkBytes: 60 * 4 * 7 },
  ];
  it.each(
    settings.flatMap((setting) => [
      { ...setting, keptBytes: 0 },
      { ...setting, keptBytes: 1 << 20 },
    ]),
  )(
    'gives the maxima of the definition: $count0 x $count1, chunks of $chunkBytes, keeping $keptBytes bytes',
    async (setting) => {
      const { count0, count1, size } = setting;
      const [channels, scale] = [16, 0.4];
      const [a, b] = [draw(count0, channels, size, 1), draw(count1, channels, size, 2)];
      const expected = logConfidences(a, b, channels, scale);
      const found = await matchOnEngine(a, b, channels, scale, setting);
      const largest = Math.max(...expected.flat().map(Math.abs));
      for (const [i, row] of expected.entries()) {
        expect(Math.abs(2 * found.rowMax[i]! - Math.max(...row)) / largest).toBeLessThan(1e-6);
        expect(found.rowBest[i]).toBe(row.indexOf(Math.max(...row)));
      }
      for (let j = 0; j < count1; j++) {
        const column = expected.map((row) => row[j]!);
        const best = column.indexOf(Math.max(...column));
        expect(Math.abs(2 * found.columnMax[j]! - column[best]!) / largest).toBeLessThan(1e-6);
        // Mutual cells are told by equality, so the two maxima must agree to the bit, and only there.
        expect(found.rowMax[best] === found.columnMax[j]).toBe(found.rowBest[best] === j);
      }
    },
  );

  it('never holds a matrix beyond what may be kept: 576 MB of confidences pass through a fraction of that', async () => {
    const count = 12_000;
    const [a, b] = [draw(count, 4, 1, 1), draw(count, 4, 1, 2)];
    await matchOnEngine(draw(100, 4, 1, 1), draw(100, 4, 1, 2), 4, 1, { chunkBytes: 1 << 20, keptBytes: 0 });
    const peakBefore = process.resourceUsage().maxRSS;
    await matchOnEngine(a, b, 4, 1, { chunkBytes: 4 << 20, keptBytes: 128 << 20 });
    // Kilobytes, by the definition of getrusage.
    expect((process.resourceUsage().maxRSS - peakBefore) / 1024).toBeLessThan(200);
  });
});
