import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graphBuilder.ts';
import { add, cast, relu } from './ops/elementwise.ts';
import { concatenate, reshape, transpose } from './ops/layout.ts';
import { matMul } from './ops/linear.ts';

/** 4 kB of float32. */
const square = [32, 32];

function graphWithInput(): { graph: GraphBuilder; x: ReturnType<typeof input> } {
  const graph = new GraphBuilder('test');
  return { graph, x: input(graph) };
}

function input(graph: GraphBuilder) {
  return graph.input('x', 'float32', square);
}

describe('measure', () => {
  it('lets tensors stand until their last reader and no longer', () => {
    const { graph, x } = graphWithInput();
    const a = transpose(graph, x, [1, 0]);
    const b = transpose(graph, a, [1, 0]);
    const c = matMul(graph, b, x);
    graph.output('y', transpose(graph, c, [1, 0]));
    // Never more than the one that is read and the one that is made.
    expect(graph.measure()).toEqual({
      largestBytes: 4096,
      constantBytes: 0,
      peakBytes: 2 * 4096,
      outputBytes: 4096,
    });
  });

  it('keeps what is read again later, and outputs to the end', () => {
    const { graph, x } = graphWithInput();
    const kept = transpose(graph, x, [1, 0]);
    const published = transpose(graph, kept, [1, 0]);
    graph.output('first', published);
    const c = matMul(graph, published, x);
    graph.output('y', matMul(graph, c, kept));
    // kept, published, c and the last product.
    expect(graph.measure()).toMatchObject({ peakBytes: 4 * 4096, outputBytes: 2 * 4096 });
  });

  it('counts a reshaped tensor and one computed in place once', () => {
    const { graph, x } = graphWithInput();
    const a = transpose(graph, x, [1, 0]);
    const flat = reshape(graph, a, [1024]);
    const b = relu(graph, flat);
    graph.output('y', add(graph, b, graph.scalar('float32', 1)));
    expect(graph.measure()).toMatchObject({ peakBytes: 4096 });
  });

  it('does not take the place of what is still wanted', () => {
    const { graph, x } = graphWithInput();
    const a = transpose(graph, x, [1, 0]);
    const b = relu(graph, a);
    graph.output('y', concatenate(graph, [a, b], 0));
    expect(graph.measure()).toMatchObject({ largestBytes: 8192, peakBytes: 4 * 4096 });
  });

  it('knows the sizes of types and of constants, which it never computes', () => {
    const { graph, x } = graphWithInput();
    const half = cast(graph, x, 'float16');
    const weight = graph.floats('float16', [32, 128], () => {
      throw new Error('Computed.');
    });
    graph.output('y', matMul(graph, half, weight));
    expect(graph.measure()).toEqual({
      largestBytes: 8192,
      constantBytes: 8192,
      peakBytes: 2048 + 8192,
      outputBytes: 8192,
    });
    expect(() => graph.toModel()).toThrow('Computed.');
  });
});
