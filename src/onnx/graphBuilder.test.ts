import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CovisError } from '../reporting/covisError.ts';
import { createNodeRuntime } from '../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../runtime/session.ts';
import { createRandom } from '../testing/random.ts';
import { type FloatValue, GraphBuilder, type Shape, type Value } from './graphBuilder.ts';
import {
  add,
  cast,
  clampBelow,
  divide,
  elu,
  leakyRelu,
  logarithm,
  multiply,
  relu,
  squareRoot,
  subtract,
} from './ops/elementwise.ts';
import {
  concatenate,
  gatherRows,
  padWithZeros,
  reshape,
  resizeBilinear,
  slice,
  transpose,
} from './ops/layout.ts';
import { convolve, matMul, transposedMatMul } from './ops/linear.ts';
import { argMax, layerNormalise, reduceMax, reduceSum, softmax } from './ops/reductions.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 1 });
});
afterAll(() => runtime.release());

interface Tensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

const random = createRandom(7);

function randomTensor(...shape: number[]): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Float32Array.from({ length: count }, () => random.uniform(-2, 2)) };
}

/** Loads a graph of one operator into the engine and runs it on the given inputs. */
async function evaluate(
  inputs: readonly Tensor[],
  build: (graph: GraphBuilder, values: Value<'float32'>[]) => Value,
): Promise<{ shape: number[]; data: number[] }> {
  const graph = new GraphBuilder('test');
  const values = inputs.map(({ shape }, k) => graph.input(`x${k}`, 'float32', shape));
  const result = build(graph, values);
  graph.output('y', result);
  const session = await runtime.createSession(graph.toModel());
  const feeds = inputs.map(
    ({ shape, data }, k) => [`x${k}`, { type: 'float32', dims: shape, data }] as const,
  );
  const { y } = await session.run(Object.fromEntries(feeds));
  const { dims, data } = await y!.read();
  y!.dispose();
  await session.release();
  expect(dims, 'the inferred shape is the real one').toEqual(result.shape);
  return { shape: [...dims], data: Array.from(data, Number) };
}

function expectClose(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs), 1e-30);
  const worst = actual.reduce((most, value, k) => Math.max(most, Math.abs(value - expected[k]!)), 0);
  expect(worst / scale).toBeLessThan(2e-6);
}

/** Row-major index of a position. */
function indexIn(shape: Shape, position: readonly number[]): number {
  return position.reduce((index, at, axis) => index * shape[axis]! + at, 0);
}

/** A tensor from a function of the position. */
function tabulate(shape: Shape, valueAt: (position: number[]) => number): number[] {
  const count = shape.reduce((product, side) => product * side, 1);
  return Array.from({ length: count }, (_, index) => {
    const position: number[] = [];
    let rest = index;
    for (const side of shape.toReversed()) {
      position.unshift(rest % side);
      rest = Math.floor(rest / side);
    }
    return valueAt(position);
  });
}

describe('operators computed by the engine', () => {
  it('broadcast like NumPy', async () => {
    const [a, b] = [randomTensor(2, 3, 4), randomTensor(3, 1)];
    for (const [operator, compute] of [
      [add, (x: number, y: number) => x + y],
      [subtract, (x: number, y: number) => x - y],
      [multiply, (x: number, y: number) => x * y],
      [divide, (x: number, y: number) => x / y],
    ] as const) {
      const { shape, data } = await evaluate([a, b], (graph, [x, y]) => operator(graph, x!, y!));
      expect(shape).toEqual([2, 3, 4]);
      expectClose(
        data,
        tabulate(shape, ([i, j, k]) => compute(a.data[indexIn(a.shape, [i!, j!, k!])]!, b.data[j!]!)),
      );
    }
  });

  it('apply functions to each element', async () => {
    const x = randomTensor(5, 7);
    const positive = { shape: x.shape, data: x.data.map((value) => Math.abs(value) + 0.1) };
    const check = async (
      input: Tensor,
      build: (graph: GraphBuilder, x: Value<'float32'>) => Value<'float32'>,
      compute: (value: number) => number,
    ): Promise<void> => {
      const { data } = await evaluate([input], (graph, [value]) => build(graph, value!));
      expectClose(data, Array.from(input.data, compute));
    };
    await check(x, relu, (value) => Math.max(value, 0));
    await check(
      x,
      (graph, value) => leakyRelu(graph, value, 0.01),
      (value) => (value < 0 ? 0.01 * value : value),
    );
    await check(x, elu, (value) => (value < 0 ? Math.expm1(value) : value));
    await check(
      x,
      (graph, value) => clampBelow(graph, value, 0.5),
      (value) => Math.max(value, 0.5),
    );
    await check(positive, logarithm, Math.log);
    await check(positive, squareRoot, Math.sqrt);
  });

  it('round to half precision and back', async () => {
    const x = { shape: [3], data: Float32Array.of(1 + 2 ** -11, 1 + 2 ** -12, -0.1) };
    const { data } = await evaluate([x], (graph, [value]) =>
      cast(graph, cast(graph, value!, 'float16'), 'float32'),
    );
    expect(data).toEqual([1, 1, -0.0999755859375]);
  });

  it('store half-precision constants as they are given', async () => {
    const { data } = await evaluate([{ shape: [3], data: new Float32Array(3) }], (graph, [value]) => {
      const halves = graph.floats('float16', [3], Float32Array.of(0.5, -2, 2 ** -24));
      return add(graph, value!, cast(graph, halves, 'float32'));
    });
    expect(data).toEqual([0.5, -2, 2 ** -24]);
  });

  it('multiply matrices, in batches and transposed', async () => {
    const [a, b] = [randomTensor(2, 3, 4, 5), randomTensor(3, 5, 6)];
    const product = await evaluate([a, b], (graph, [x, y]) => matMul(graph, x!, y!));
    expect(product.shape).toEqual([2, 3, 4, 6]);
    const inner = [0, 1, 2, 3, 4];
    expectClose(
      product.data,
      tabulate(product.shape, ([n, h, i, j]) =>
        inner.reduce(
          (sum, k) =>
            sum + a.data[indexIn(a.shape, [n!, h!, i!, k])]! * b.data[indexIn(b.shape, [h!, k, j!])]!,
          0,
        ),
      ),
    );
    const [c, d] = [randomTensor(5, 3), randomTensor(5, 2)];
    const transposed = await evaluate([c, d], (graph, [x, y]) => transposedMatMul(graph, x!, y!));
    expectClose(
      transposed.data,
      tabulate([3, 2], ([i, j]) =>
        inner.reduce((sum, k) => sum + c.data[3 * k + i!]! * d.data[2 * k + j!]!, 0),
      ),
    );
  });

  it.each([
    { kernel: 3, stride: 1, height: 5, width: 6 },
    { kernel: 7, stride: 2, height: 9, width: 8 },
    { kernel: 1, stride: 2, height: 5, width: 4 },
  ])(
    'convolve with a kernel of $kernel and a stride of $stride',
    async ({ kernel, stride, height, width }) => {
      const [x, weight, bias] = [
        randomTensor(1, 3, height, width),
        randomTensor(4, 3, kernel, kernel),
        randomTensor(4),
      ];
      const { shape, data } = await evaluate([x, weight, bias], (graph, [a, b, c]) =>
        convolve(graph, a!, b!, c!, stride),
      );
      const padding = (kernel - 1) / 2;
      expectClose(
        data,
        tabulate(shape, ([, d, i, j]) => {
          let sum = bias.data[d!]!;
          for (let channel = 0; channel < 3; channel++) {
            for (let u = 0; u < kernel; u++) {
              for (let v = 0; v < kernel; v++) {
                const [y, z] = [i! * stride + u - padding, j! * stride + v - padding];
                if (y < 0 || z < 0 || y >= height || z >= width) continue;
                sum +=
                  x.data[indexIn(x.shape, [0, channel, y, z])]! *
                  weight.data[indexIn(weight.shape, [d!, channel, u, v])]!;
              }
            }
          }
          return sum;
        }),
      );
    },
  );

  it('reduce over one axis', async () => {
    const x = randomTensor(4, 6);
    const column = (j: number): number[] => [0, 1, 2, 3].map((i) => x.data[6 * i + j]!);
    const row = (i: number): number[] => [...x.data.subarray(6 * i, 6 * i + 6)];
    const rows = [0, 1, 2, 3].map(row);
    const columns = [0, 1, 2, 3, 4, 5].map(column);
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    const run = async (build: (graph: GraphBuilder, x: Value<'float32'>) => Value) =>
      (await evaluate([x], (graph, [value]) => build(graph, value!))).data;
    expectClose(
      await run((graph, value) => reduceMax(graph, value, 0)),
      columns.map((c) => Math.max(...c)),
    );
    expectClose(
      await run((graph, value) => reduceMax(graph, value, -1)),
      rows.map((r) => Math.max(...r)),
    );
    expectClose(await run((graph, value) => reduceSum(graph, value, -1)), rows.map(sum));
    expect(await run((graph, value) => argMax(graph, value, 1))).toEqual(
      rows.map((r) => r.indexOf(Math.max(...r))),
    );
    expectClose(
      await run(softmax),
      rows.flatMap((r) => r.map((value) => Math.exp(value) / sum(r.map(Math.exp)))),
    );
  });

  it('take the first of equal maxima', async () => {
    const x = { shape: [2, 3], data: Float32Array.of(1, 5, 5, 2, 2, 1) };
    const { data } = await evaluate([x], (graph, [value]) => argMax(graph, value!, 1));
    expect(data).toEqual([1, 0]);
  });

  it('normalise the last axis', async () => {
    const [x, scale, shift] = [randomTensor(2, 3, 8), randomTensor(8), randomTensor(8)];
    const { data } = await evaluate([x, scale, shift], (graph, [a, b, c]) =>
      layerNormalise(graph, a!, b!, c!, 1e-5),
    );
    const expected = Array.from({ length: 6 }, (_, k) => {
      const row = [...x.data.subarray(8 * k, 8 * k + 8)];
      const mean = row.reduce((sum, value) => sum + value, 0) / 8;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 8;
      return row.map(
        (value, j) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale.data[j]! + shift.data[j]!,
      );
    });
    expectClose(data, expected.flat());
  });

  it('move elements', async () => {
    const x = randomTensor(2, 3, 4);
    const at = (...position: number[]): number => x.data[indexIn(x.shape, position)]!;
    const reshaped = await evaluate([x], (graph, [value]) => reshape(graph, value!, [6, 4]));
    expect(reshaped.data).toEqual([...x.data]);
    const turned = await evaluate([x], (graph, [value]) => transpose(graph, value!, [2, 0, 1]));
    expect(turned.data).toEqual(tabulate([4, 2, 3], ([i, j, k]) => at(j!, k!, i!)));
    const part = await evaluate([x], (graph, [value]) => slice(graph, value!, 1, 1, 3));
    expect(part.data).toEqual(tabulate([2, 2, 4], ([i, j, k]) => at(i!, j! + 1, k!)));
    const joined = await evaluate([x, randomTensor(2, 1, 4)], (graph, [a, b]) =>
      slice(graph, concatenate(graph, [b!, a!], 1), 1, 1, 4),
    );
    expect(joined.data).toEqual([...x.data]);
    const padded = await evaluate([x], (graph, [value]) => padWithZeros(graph, value!, [0, 1, 2], [1, 0, 1]));
    expect(padded.data).toEqual(
      tabulate([3, 4, 7], ([i, j, k]) =>
        i! < 2 && j! >= 1 && k! >= 2 && k! < 6 ? at(i!, j! - 1, k! - 2) : 0,
      ),
    );
  });

  it('gather rows', async () => {
    const graph = new GraphBuilder('test');
    const x = graph.input('x', 'float32', [3, 2]);
    const rows = graph.input('rows', 'int32', [2, 2]);
    graph.output('y', gatherRows(graph, x, rows));
    const session = await runtime.createSession(graph.toModel());
    const { y } = await session.run({
      x: { type: 'float32', dims: [3, 2], data: Float32Array.of(0, 1, 10, 11, 20, 21) },
      rows: { type: 'int32', dims: [2, 2], data: Int32Array.of(2, 0, 1, 2) },
    });
    const result = await y!.read();
    y!.dispose();
    await session.release();
    expect([result.dims, [...result.data]]).toEqual([
      [2, 2, 2],
      [20, 21, 0, 1, 10, 11, 20, 21],
    ]);
  });

  it('resize with corner pixels on corner pixels', async () => {
    const x = randomTensor(1, 2, 3, 4);
    const { shape, data } = await evaluate([x], (graph, [value]) => resizeBilinear(graph, value!, 6, 7));
    const sample = (channel: number, y: number, z: number): number => {
      const [top, left] = [Math.min(Math.floor(y), 1), Math.min(Math.floor(z), 2)];
      const [down, right] = [y - top, z - left];
      const at = (i: number, j: number): number => x.data[indexIn(x.shape, [0, channel, i, j])]!;
      return (
        (1 - down) * ((1 - right) * at(top, left) + right * at(top, left + 1)) +
        down * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1))
      );
    };
    expectClose(
      data,
      tabulate(shape, ([, c, i, j]) => sample(c!, (i! * 2) / 5, (j! * 3) / 6)),
    );
  });
});

describe('a graph under construction', () => {
  /** The failure of building with operands of these shapes. */
  function failureOf(
    shapes: readonly Shape[],
    build: (graph: GraphBuilder, values: Value<'float32'>[]) => unknown,
  ): CovisError {
    const graph = new GraphBuilder('net');
    const values = shapes.map((shape, k) => graph.input(`x${k}`, 'float32', shape));
    try {
      graph.scoped('backbone', () => graph.scoped('layer1.0.conv1', () => build(graph, values)));
    } catch (error) {
      if (error instanceof CovisError) return error;
      throw error;
    }
    throw new Error('nothing was refused');
  }

  it.each<[string, Shape[], (graph: GraphBuilder, values: Value<'float32'>[]) => unknown]>([
    [
      'sum',
      [
        [2, 3],
        [2, 4],
      ],
      (g, [a, b]) => add(g, a!, b!),
    ],
    [
      'product',
      [
        [2, 3],
        [4, 2],
      ],
      (g, [a, b]) => matMul(g, a!, b!),
    ],
    [
      'transposed product',
      [
        [2, 3],
        [3, 2],
      ],
      (g, [a, b]) => transposedMatMul(g, a!, b!),
    ],
    [
      'convolution',
      [
        [1, 3, 8, 8],
        [4, 2, 3, 3],
      ],
      (g, [a, b]) => convolve(g, a!, b!, null, 1),
    ],
    [
      'even kernel',
      [
        [1, 3, 8, 8],
        [4, 3, 2, 2],
      ],
      (g, [a, b]) => convolve(g, a!, b!, null, 1),
    ],
    ['bias', [[1, 3, 8, 8], [4, 3, 3, 3], [3]], (g, [a, b, c]) => convolve(g, a!, b!, c!, 1)],
    ['norm', [[5, 4], [3], [4]], (g, [a, b, c]) => layerNormalise(g, a!, b!, c!, 1e-5)],
    ['reshape', [[2, 3]], (g, [a]) => reshape(g, a!, [4, 2])],
    ['transpose', [[2, 3]], (g, [a]) => transpose(g, a!, [0, 0])],
    [
      'joint',
      [
        [2, 3],
        [3, 3],
      ],
      (g, [a, b]) => concatenate(g, [a!, b!], 1),
    ],
    ['slice', [[2, 3]], (g, [a]) => slice(g, a!, 1, 2, 4)],
    ['axis', [[2, 3]], (g, [a]) => reduceMax(g, a!, 2)],
    ['types', [[2, 3]], (g, [a]) => add<'float32' | 'float16'>(g, a!, cast(g, a!, 'float16'))],
    ['constant', [[2, 3]], (g) => g.floats('float32', [2, 2], new Float32Array(3))],
    ['empty side', [[2, 3]], (g) => g.floats('float32', [0], new Float32Array(0))],
  ])('refuses an impossible %s with the name of the layer', (_, shapes, build) => {
    const failure = failureOf(shapes, build);
    expect([failure.stage, failure.code]).toEqual(['network', 'bad-layer']);
    expect(failure.message).toContain('Layer "backbone.layer1.0.conv1" cannot be built: ');
  });

  it('publishes results under their names and refuses to publish one twice', async () => {
    const graph = new GraphBuilder('net');
    const x = graph.input('x', 'float32', [2]);
    const doubled: FloatValue = add(graph, x, x);
    graph.output('doubled', doubled);
    graph.output('fourfold', add(graph, doubled, doubled));
    expect(() => graph.output('again', doubled)).toThrow('no result of its own');
    expect(() => graph.output('input', x)).toThrow('no result of its own');
    const session = await runtime.createSession(graph.toModel());
    const results = await session.run({ x: { type: 'float32', dims: [2], data: Float32Array.of(1, -3) } });
    expect([...(await results.doubled!.read()).data]).toEqual([2, -6]);
    expect([...(await results.fourfold!.read()).data]).toEqual([4, -12]);
    for (const tensor of Object.values(results)) tensor.dispose();
    await session.release();
  });

  it('keeps equal scalars and vectors once and copies each weight once', () => {
    const graph = new GraphBuilder('net');
    const x = graph.input('x', 'float32', [1000]);
    const weight = graph.floats('float32', [1000], new Float32Array(1000));
    const one = graph.scalar('float32', 1);
    expect(graph.scalar('float32', 1)).toBe(one);
    expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]));
    expect(graph.scalar('float16', 1)).not.toBe(one);
    graph.output('y', add(graph, add(graph, x, weight), one));
    expect(graph.toModel().byteLength).toBeLessThan(4000 + 600);
  });
});
