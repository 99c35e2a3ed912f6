/**
 * How much arithmetic a graph is, from the shapes of its tensors: two operations a multiplication and addition in
 * convolutions and matrix products, as papers count them. Everything else (interpolation, normalisation, softmax,
 * elementwise functions) is left out: its time goes into memory, not arithmetic.
 */
import type { GraphNode, Shape, Value } from './graph.ts';

export interface CountedGraph {
  readonly nodes: readonly GraphNode[];
  /** Inputs and results of nodes by name. */
  readonly values: ReadonlyMap<string, Value>;
  readonly constants: readonly Value[];
}

export function countFlops({ nodes, values, constants }: CountedGraph): number {
  const shapes = new Map([...values.values(), ...constants].map(({ name, shape }) => [name, shape]));
  return nodes.reduce((sum, node) => {
    const read = node.inputs.map((name) => shapes.get(name)!);
    return sum + 2 * elementsOf(shapes.get(node.outputs[0]!)!) * productsPerElement(node, read);
  }, 0);
}

/** How many products are summed up in each element of a node's result. */
function productsPerElement({ opType, attributes }: GraphNode, read: readonly Shape[]): number {
  switch (opType) {
    case 'Conv':
      // [D, C / groups, k, k]
      return elementsOf(read[1]!.slice(1));
    case 'MatMul':
      return read[0]!.at(-1)!;
    case 'Gemm':
      return read[0]![attributes.transA?.value === 1 ? 0 : 1]!;
    default:
      return 0;
  }
}

function elementsOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}
