import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { createRandom } from '../../testing/random.ts';
import { solveRegularised } from './solveRegularised.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

const noise = 0.1;
const columns = 3;

/** exp((cosine - 1) / 0.2) of N vectors: what the network solves with. */
function kernelOf(vectors: readonly Float64Array[]): Float64Array {
  const count = vectors.length;
  const norms = vectors.map((vector) => Math.hypot(...vector));
  return Float64Array.from({ length: count ** 2 }, (_, k) => {
    const [a, b] = [vectors[Math.floor(k / count)]!, vectors[k % count]!];
    const dot = a.reduce((sum, value, d) => sum + value * b[d]!, 0);
    return Math.exp((dot / (norms[Math.floor(k / count)]! * norms[k % count]!) - 1) / 0.2);
  });
}

/** || (K + noise I) x - f || / || f ||, in float64. */
function residual(kernel: Float64Array, right: Float32Array, solution: Float32Array, count: number): number {
  let [difference, norm] = [0, 0];
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = noise * solution[row * columns + column]!;
      for (let k = 0; k < count; k++) sum += kernel[row * count + k]! * solution[k * columns + column]!;
      difference += (sum - right[row * columns + column]!) ** 2;
      norm += right[row * columns + column]! ** 2;
    }
  }
  return Math.sqrt(difference / norm);
}

async function solve(kernel: Float64Array, right: Float32Array, count: number): Promise<Float32Array> {
  const graph = new GraphBuilder('solve');
  graph.output(
    'x',
    solveRegularised(
      graph,
      graph.input('kernel', 'float32', [count, count]),
      noise,
      graph.input('right', 'float32', [count, columns]),
    ),
  );
  const session = await runtime.createSession(graph.toModel());
  const { x } = await session.run({
    kernel: { type: 'float32', dims: [count, count], data: Float32Array.from(kernel) },
    right: { type: 'float32', dims: [count, columns], data: right },
  });
  await session.release();
  return (await x!.read()).data as Float32Array;
}

describe('solveRegularised', () => {
  const random = createRandom(5);
  const vectorsOf = (count: number, spread: number) =>
    Array.from({ length: count }, () => Float64Array.from({ length: 8 }, () => 1 + spread * random.normal()));

  it.each([
    ['one cell', 1, 1, 1e-6],
    ['less than a block', 50, 1, 2e-6],
    ['three blocks of unlike sizes', 301, 1, 5e-6],
    // Nearly equal features: the kernel is nearly all ones, its condition number is the worst there is.
    ['cells that are all alike', 300, 1e-3, 3e-4],
  ])('solves %s', async (_, count, spread, bound) => {
    const kernel = kernelOf(vectorsOf(count, spread));
    const right = Float32Array.from({ length: count * columns }, () => random.uniform(-1, 1));
    const solution = await solve(kernel, right, count);
    expect(residual(kernel, right, solution, count)).toBeLessThan(bound);
  });
});
