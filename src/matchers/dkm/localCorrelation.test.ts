import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { createRandom } from '../../testing/random.ts';
import { localCorrelation } from './localCorrelation.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

const [channels, height, width] = [5, 4, 6];
const cells = height * width;
const random = createRandom(11);
const query = Float32Array.from({ length: channels * cells }, () => random.uniform(-1, 1));
const support = Float32Array.from({ length: channels * cells }, () => random.uniform(-1, 1));
/** Inside, across the edge, and far outside. */
const flow = Float32Array.from(
  { length: 2 * cells },
  (_, k) => random.uniform(-1, 1) * (k % 3 === 0 ? 4 : 1),
);

async function correlate(radius: number, chunkBytes: number): Promise<Float32Array> {
  const graph = new GraphBuilder('correlation');
  const map = (name: string, count: number) => graph.input(name, 'float32', [1, count, height, width]);
  graph.output(
    'y',
    localCorrelation(
      graph,
      map('query', channels),
      map('support', channels),
      map('flow', 2),
      radius,
      chunkBytes,
    ),
  );
  const session = await runtime.createSession(graph.toModel());
  const host = (data: Float32Array, count: number) =>
    ({ type: 'float32', dims: [1, count, height, width], data }) as const;
  const { y } = await session.run({
    query: host(query, channels),
    support: host(support, channels),
    flow: host(flow, 2),
  });
  await session.release();
  return (await y!.read()).data as Float32Array;
}

/** The definition: features of the support picture interpolated at each offset, then multiplied. */
function expected(radius: number): Float64Array {
  const window = 2 * radius + 1;
  const at = (channel: number, x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : support[channel * cells + y * width + x]!;
  const interpolated = (channel: number, x: number, y: number): number => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [a, b] = [x - left, y - top];
    return (
      (1 - b) * ((1 - a) * at(channel, left, top) + a * at(channel, left + 1, top)) +
      b * ((1 - a) * at(channel, left, top + 1) + a * at(channel, left + 1, top + 1))
    );
  };
  return Float64Array.from({ length: window ** 2 * cells }, (_, k) => {
    const [offset, cell] = [Math.floor(k / cells), k % cells];
    const x = ((flow[cell]! + 1) * width - 1) / 2 + (offset % window) - radius;
    const y = ((flow[cells + cell]! + 1) * height - 1) / 2 + Math.floor(offset / window) - radius;
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += query[c * cells + cell]! * interpolated(c, x, y);
    return sum / Math.sqrt(channels);
  });
}

describe('localCorrelation', () => {
  it.each([
    [1, 1 << 20],
    [3, 1 << 20],
    // Chunks of seven cells, of which the last holds three.
    [1, 7 * 4 * 16 * channels],
  ])('interpolates and multiplies as defined, radius %i, chunks of %i bytes', async (radius, chunkBytes) => {
    const actual = await correlate(radius, chunkBytes);
    const wanted = expected(radius);
    expect(actual.length).toBe(wanted.length);
    const worst = wanted.reduce((most, value, k) => Math.max(most, Math.abs(value - actual[k]!)), 0);
    expect(worst).toBeLessThan(2e-6);
  });
});
