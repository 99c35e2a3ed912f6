import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graphBuilder.ts';
import { add, relu } from './ops/elementwise.ts';
import { reshape } from './ops/layout.ts';
import { convolve, convolveGroups, matMul, scaledProductPlus, transposedMatMul } from './ops/linear.ts';

function weights(graph: GraphBuilder, ...shape: number[]) {
  return graph.floats('float32', shape, () => {
    throw new Error('Counting needs no values.');
  });
}

describe('GraphBuilder.countFlops', () => {
  it('counts each multiplication and addition of a small network, and nothing else', () => {
    const graph = new GraphBuilder('small');
    const image = graph.input('image', 'float32', [1, 3, 8, 6]);
    // 5 x 4 x 3 results of 3 x 3 x 3 products
    const features = relu(graph, convolve(graph, image, weights(graph, 5, 3, 3, 3), weights(graph, 5), 2));
    const rows = reshape(graph, features, [5, 12]);
    // 2 batches of 7 x 12 results of 5 products
    const product = matMul(graph, weights(graph, 2, 7, 5), rows);
    graph.output('product', add(graph, product, product));
    expect(graph.countFlops()).toBe(2 * (5 * 4 * 3 * 27) + 2 * (2 * 7 * 12 * 5));
  });

  it('counts only the channels of a filter’s own group', () => {
    const graph = new GraphBuilder('depthwise');
    const image = graph.input('image', 'float32', [2, 6, 4, 4]);
    graph.output('result', convolveGroups(graph, image, weights(graph, 6, 1, 5, 5), weights(graph, 6)));
    expect(graph.countFlops()).toBe(2 * (2 * 6 * 4 * 4) * 25);
  });

  it('sums over the rows of a transposed matrix', () => {
    const graph = new GraphBuilder('products');
    const a = graph.input('a', 'float32', [9, 2]);
    const square = transposedMatMul(graph, a, weights(graph, 9, 3));
    graph.output('result', scaledProductPlus(graph, -1, square, weights(graph, 3, 4), weights(graph, 2, 4)));
    expect(graph.countFlops()).toBe(2 * (2 * 3 * 9) + 2 * (2 * 4 * 3));
  });
});
