import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import { createRandom } from '../../testing/random.ts';
import { GraphBuilder, type Value } from '../graphBuilder.ts';
import { castToIndices, clamp, exponential, floor, sigmoid } from './elementwise.ts';
import { gatherRows } from './layout.ts';
import { convolveGroups, scaledProductPlus } from './linear.ts';
import { globalAveragePool, maxPoolByTwo } from './pooling.ts';
import { gridSample, resizeHalfPixel } from './sampling.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const random = createRandom(13);

function tensorOf(...shape: number[]): Tensor {
  const length = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Float32Array.from({ length }, () => random.uniform(-2, 2)) };
}

async function evaluate(
  inputs: readonly Tensor[],
  build: (graph: GraphBuilder, values: Value<'float32'>[]) => Value,
): Promise<{ shape: readonly number[]; data: number[] }> {
  const graph = new GraphBuilder('test');
  const result = build(
    graph,
    inputs.map(({ shape }, k) => graph.input(`x${k}`, 'float32', shape)),
  );
  graph.output('y', result);
  const session = await runtime.createSession(graph.toModel());
  const feeds = inputs.map(
    ({ shape, data }, k) => [`x${k}`, { type: 'float32', dims: shape, data }] as const,
  );
  const { y } = await session.run(Object.fromEntries(feeds));
  const { dims, data } = await y!.read();
  await session.release();
  expect(dims, 'the inferred shape is the real one').toEqual(result.shape);
  return { shape: dims, data: Array.from(data, Number) };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const worst = expected.reduce((most, value, k) => Math.max(most, Math.abs(value - actual[k]!)), 0);
  expect(worst).toBeLessThan(2e-5);
}

/** Pixel (x, y) of a channel of a [1, C, H, W] map; what lies outside by the given rule. */
function pixel(map: Tensor, channel: number, x: number, y: number, outside: 'zeros' | 'border'): number {
  const [, , height, width] = map.shape as [number, number, number, number];
  const [column, row] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  if (outside === 'zeros' && (column !== x || row !== y)) return 0;
  return map.data[(channel * height + row) * width + column]!;
}

function bilinear(map: Tensor, channel: number, x: number, y: number, outside: 'zeros' | 'border'): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [a, b] = [x - left, y - top];
  return (
    (1 - b) *
      ((1 - a) * pixel(map, channel, left, top, outside) + a * pixel(map, channel, left + 1, top, outside)) +
    b *
      ((1 - a) * pixel(map, channel, left, top + 1, outside) +
        a * pixel(map, channel, left + 1, top + 1, outside))
  );
}

/** [C, H, W] from a function of the position. */
function tabulate(
  [channels, height, width]: readonly [number, number, number],
  valueAt: (channel: number, x: number, y: number) => number,
): number[] {
  return Array.from({ length: channels * height * width }, (_, k) =>
    valueAt(Math.floor(k / (height * width)), k % width, Math.floor(k / width) % height),
  );
}

describe('operators on maps', () => {
  it.each(['zeros', 'border'] as const)('sample between pixels, with %s outside', async (outside) => {
    const [map, grid] = [tensorOf(1, 2, 5, 7), tensorOf(1, 3, 4, 2)];
    const { data } = await evaluate([map, grid], (graph, [x, g]) => gridSample(graph, x!, g!, outside));
    expectClose(
      data,
      tabulate([2, 3, 4], (channel, x, y) => {
        const [u, v] = [grid.data[2 * (4 * y + x)]!, grid.data[2 * (4 * y + x) + 1]!];
        return bilinear(map, channel, ((u + 1) * 7 - 1) / 2, ((v + 1) * 5 - 1) / 2, outside);
      }),
    );
  });

  it.each([
    [10, 14],
    [3, 4],
    [5, 9],
  ])('resize to %i x %i between pixel centres', async (height, width) => {
    const map = tensorOf(1, 2, 5, 7);
    const { data } = await evaluate([map], (graph, [x]) => resizeHalfPixel(graph, x!, height, width));
    expectClose(
      data,
      tabulate([2, height, width], (channel, x, y) =>
        bilinear(map, channel, ((x + 0.5) * 7) / width - 0.5, ((y + 0.5) * 5) / height - 0.5, 'border'),
      ),
    );
  });

  it('take the largest under a window that moves by two, at odd sizes too', async () => {
    const map = tensorOf(1, 2, 5, 8);
    const { data } = await evaluate([map], (graph, [x]) => maxPoolByTwo(graph, x!));
    expectClose(
      data,
      tabulate([2, 3, 4], (channel, x, y) => {
        const window = [-1, 0, 1].flatMap((dy) =>
          [-1, 0, 1].map((dx) => pixel(map, channel, 2 * x + dx, 2 * y + dy, 'border')),
        );
        return Math.max(...window);
      }),
    );
  });

  it('average whole channels', async () => {
    const map = tensorOf(1, 3, 4, 5);
    const { shape, data } = await evaluate([map], (graph, [x]) => globalAveragePool(graph, x!));
    expect(shape).toEqual([1, 3, 1, 1]);
    expectClose(
      data,
      [0, 1, 2].map(
        (c) => map.data.subarray(20 * c, 20 * (c + 1)).reduce((sum, value) => sum + value, 0) / 20,
      ),
    );
  });

  it('convolve each channel by itself, into one or two', async () => {
    for (const perChannel of [1, 2]) {
      const filters = 3 * perChannel;
      const [map, weight, bias] = [tensorOf(1, 3, 4, 5), tensorOf(filters, 1, 3, 3), tensorOf(filters)];
      const { data } = await evaluate([map, weight, bias], (graph, [x, w, b]) =>
        convolveGroups(graph, x!, w!, b!),
      );
      expectClose(
        data,
        tabulate([filters, 4, 5], (filter, x, y) => {
          let sum = bias.data[filter]!;
          for (let k = 0; k < 9; k++) {
            const value = pixel(
              map,
              Math.floor(filter / perChannel),
              x + (k % 3) - 1,
              y + Math.floor(k / 3) - 1,
              'zeros',
            );
            sum += weight.data[9 * filter + k]! * value;
          }
          return sum;
        }),
      );
    }
  });

  it('multiply, scale and add in one', async () => {
    const [a, b, c] = [tensorOf(2, 3), tensorOf(3, 4), tensorOf(2, 4)];
    const { data } = await evaluate([a, b, c], (graph, [x, y, z]) =>
      scaledProductPlus(graph, -0.5, x!, y!, z!),
    );
    expectClose(
      data,
      Array.from(c.data, (value, k) => {
        const [row, column] = [Math.floor(k / 4), k % 4];
        return (
          value - 0.5 * [0, 1, 2].reduce((sum, j) => sum + a.data[3 * row + j]! * b.data[4 * j + column]!, 0)
        );
      }),
    );
  });

  it('apply functions to each element', async () => {
    const x = tensorOf(20);
    const check = async (
      build: (graph: GraphBuilder, value: Value<'float32'>) => Value,
      compute: (value: number) => number,
    ): Promise<void> => {
      const { data } = await evaluate([x], (graph, [value]) => build(graph, value!));
      expectClose(data, Array.from(x.data, compute));
    };
    await check(exponential, Math.exp);
    await check(sigmoid, (value) => 1 / (1 + Math.exp(-value)));
    await check(floor, Math.floor);
    await check(
      (graph, value) => clamp(graph, value, -0.5, 1),
      (value) => Math.min(Math.max(value, -0.5), 1),
    );
  });

  it('turn whole numbers into indices', async () => {
    const [rows, at] = [tensorOf(4, 2), { shape: [3], data: Float32Array.of(3, 0, 2) }];
    const { data } = await evaluate([rows, at], (graph, [x, k]) =>
      gatherRows(graph, x!, castToIndices(graph, k!)),
    );
    expectClose(
      data,
      [3, 0, 2].flatMap((row) => [rows.data[2 * row]!, rows.data[2 * row + 1]!]),
    );
  });
});

describe('operators on maps refuse', () => {
  const failing = (build: (graph: GraphBuilder, map: Value<'float32'>) => Value): (() => Value) => {
    const graph = new GraphBuilder('test');
    return () => build(graph, graph.input('x', 'float32', [1, 6, 4, 4]));
  };

  it.each<[string, RegExp, () => Value]>([
    [
      'a grid without pairs',
      /GridSample cannot read/,
      failing((graph, x) => gridSample(graph, x, graph.input('g', 'float32', [1, 2, 2, 3]))),
    ],
    [
      'a grid of another batch',
      /different batches/,
      failing((graph, x) => gridSample(graph, x, graph.input('g', 'float32', [2, 2, 2, 2]))),
    ],
    [
      'groups that do not share the channels',
      /cannot share 6 channels/,
      failing((graph, x) =>
        convolveGroups(graph, x, graph.input('w', 'float32', [6, 4, 3, 3]), graph.input('b', 'float32', [6])),
      ),
    ],
    [
      'a sum of another shape',
      /Gemm cannot add/,
      failing((graph) => {
        const square = graph.input('a', 'float32', [2, 2]);
        return scaledProductPlus(graph, 1, square, square, graph.input('c', 'float32', [2, 3]));
      }),
    ],
  ])('%s', (_, message, build) => {
    expect(build).toThrow(message);
  });
});
