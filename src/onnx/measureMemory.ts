/**
 * What running a graph takes at least, from the shapes of its tensors: each stands from the node that makes it to
 * the last one that reads it, nodes run in the order they were added. What an engine lays out anew, works in or
 * keeps for the next run comes on top. The official LoFTR at 1200 x 1200: 1.19 GB, where ONNX Runtime takes 1.2
 * on a CPU if it gives memory back at once, and 2.4 if not.
 */
import type { ElementType, GraphNode, Value } from './graph.ts';

export interface GraphMemory {
  /** The largest tensor, a constant, an input or an output included. */
  readonly largestBytes: number;
  readonly constantBytes: number;
  /** The most that stands at one time, outputs included; constants and inputs are others'. */
  readonly peakBytes: number;
  readonly outputBytes: number;
}

export interface MeasuredGraph {
  readonly nodes: readonly GraphNode[];
  /** Inputs and results of nodes by name. */
  readonly values: ReadonlyMap<string, Value>;
  readonly constants: readonly Value[];
  readonly inputs: readonly Value[];
  /** Names of the results that are outputs, as keys. */
  readonly outputs: ReadonlyMap<string, string>;
}

const elementBytes: Readonly<Record<ElementType, number>> = { float32: 4, float16: 2, int32: 4, int64: 8 };

/** Nodes whose result takes the place of an input that nobody reads after them. */
const inPlace = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Relu',
  'LeakyRelu',
  'Elu',
  'Exp',
  'Sqrt',
  'Sigmoid',
  'Clip',
  'Floor',
]);

export function measureMemory({ nodes, values, constants, inputs, outputs }: MeasuredGraph): GraphMemory {
  const bytesOf = (name: string): number => tensorBytes(values.get(name)!);
  // A reshaped tensor is the same memory under another name.
  const owners = new Map<string, string>();
  const ownerOf = (name: string): string => owners.get(name) ?? name;
  for (const { opType, inputs: read, outputs: made } of nodes) {
    if (opType === 'Reshape') owners.set(made[0]!, ownerOf(read[0]!));
  }
  const lastReader = new Map<string, number>();
  for (const [k, node] of nodes.entries()) for (const name of node.inputs) lastReader.set(ownerOf(name), k);
  for (const name of outputs.keys()) lastReader.set(ownerOf(name), nodes.length);

  const owned = new Set<string>();
  let standing = 0;
  let peak = 0;
  for (const [k, { opType, inputs: read, outputs: made }] of nodes.entries()) {
    const ending = [...new Set(read.map(ownerOf))].filter(
      (name) => owned.has(name) && lastReader.get(name) === k,
    );
    const own = made.filter((name) => ownerOf(name) === name);
    const needed = own.reduce((sum, name) => sum + bytesOf(name), 0);
    const replaced = inPlace.has(opType) ? ending.filter((name) => bytesOf(name) === needed).slice(0, 1) : [];
    peak = Math.max(peak, standing + needed - replaced.reduce((sum, name) => sum + bytesOf(name), 0));
    for (const name of own) owned.add(name);
    standing += needed - ending.reduce((sum, name) => sum + bytesOf(name), 0);
    for (const name of own) {
      if (!lastReader.has(name)) standing -= bytesOf(name);
    }
  }
  const all = [...values.values(), ...constants, ...inputs];
  return {
    largestBytes: all.reduce((largest, value) => Math.max(largest, tensorBytes(value)), 0),
    constantBytes: constants.reduce((sum, value) => sum + tensorBytes(value), 0),
    peakBytes: peak,
    outputBytes: [...outputs.keys()].reduce((sum, name) => sum + bytesOf(name), 0),
  };
}

function tensorBytes({ type, shape }: Value): number {
  return shape.reduce((product, side) => product * side, elementBytes[type]);
}
