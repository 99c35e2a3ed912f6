/**
 * A graph under construction: typed values with static shapes, nodes in the order they are added, initialisers
 * kept as views of the caller's bytes. Every operator (`ops/`) infers its output shape and refuses a mismatch
 * with the name of the layer, so that a wrong network fails here and not inside an inference engine.
 *
 * Follows the ONNX IR specification (https://onnx.ai/onnx/repo-docs/IR.html).
 */
import { CovisError } from '../reporting/covisError.ts';
import { countFlops } from './countFlops.ts';
import { float32ToFloat16 } from './float16.ts';
import type { Attribute, ElementType, FloatType, GraphNode, Initialiser, Shape, Value } from './graph.ts';
import { type GraphMemory, measureMemory } from './measureMemory.ts';
import { writeModel } from './writeModel.ts';

export type {
  Attribute,
  ElementType,
  FloatType,
  FloatValue,
  GraphNode,
  Initialiser,
  Shape,
  Value,
} from './graph.ts';

/** Values of a constant, or what computes them once the model is written. */
export type ConstantData = Float32Array | (() => Float32Array);

interface Constant {
  readonly value: Value;
  readonly bytes: () => Uint8Array;
}

export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: GraphNode[] = [];
  readonly #constants: Constant[] = [];
  readonly #values = new Map<string, Value>();
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #outputNames = new Map<string, string>();
  readonly #scope: string[] = [];
  readonly #shared = new Map<string, Value>();

  constructor(name: string) {
    this.#name = name;
  }

  /** Names everything that `build` adds, and every failure in it, after the layer `name`. */
  scoped<Result>(name: string, build: () => Result): Result {
    this.#scope.push(name);
    try {
      return build();
    } finally {
      this.#scope.pop();
    }
  }

  /** @throws CovisError `bad-layer`, always */
  fail(problem: string): never {
    const layer = this.#scope.join('.') || this.#name;
    throw new CovisError(
      'network',
      'bad-layer',
      `Layer "${layer}" cannot be built: ${problem}. Use weights whose tensors fit one another.`,
    );
  }

  input<Type extends ElementType>(name: string, type: Type, shape: Shape): Value<Type> {
    const value = { name, type, shape: this.#checkedShape(shape) };
    this.#inputs.push(value);
    this.#values.set(name, value);
    return value;
  }

  /**
   * Floating-point constants of either type are given as float32 and stored in `type`. Large ones are given as a
   * function: a graph whose memory is to be known before it is worth building never computes them.
   */
  floats<Type extends FloatType>(type: Type, shape: Shape, data: ConstantData): Value<Type> {
    if (typeof data !== 'function') this.#checkLength(shape, data.length);
    return this.#constant(type, shape, () => {
      const values = typeof data === 'function' ? data() : data;
      this.#checkLength(shape, values.length);
      return bytesOf(type === 'float16' ? float32ToFloat16(values) : values);
    });
  }

  /** A float constant of shape [] that all layers share. */
  scalar<Type extends FloatType>(type: Type, value: number): Value<Type> {
    return this.#sharedConstant(`${type} ${value}`, () => this.floats(type, [], Float32Array.of(value)));
  }

  /** An int64 vector that operators take as shape, axes or bounds; equal ones are shared. */
  integers(values: readonly number[]): Value<'int64'> {
    return this.#sharedConstant(`int64 ${values.join()}`, () =>
      this.#constant('int64', [values.length], () => bytesOf(BigInt64Array.from(values, BigInt))),
    );
  }

  /**
   * Adds a node with one output of the given type and shape; operators check their inputs before.
   * @param inputs an empty string stands for an optional input left out
   */
  node<Type extends ElementType>(
    opType: string,
    inputs: readonly (Value | '')[],
    attributes: Readonly<Record<string, Attribute>>,
    type: Type,
    shape: Shape,
  ): Value<Type> {
    const name = this.#freshName(opType);
    this.#nodes.push({
      name,
      opType,
      inputs: inputs.map((input) => (input === '' ? '' : input.name)),
      outputs: [name],
      attributes,
    });
    const value = { name, type, shape: this.#checkedShape(shape) };
    this.#values.set(name, value);
    return value;
  }

  /** Publishes the result of a node under `name`; each result once. */
  output(name: string, value: Value): void {
    if (!this.#nodes.some((node) => node.outputs.includes(value.name)) || this.#outputNames.has(value.name)) {
      this.fail(`the output "${name}" is no result of its own`);
    }
    this.#outputNames.set(value.name, name);
    this.#outputs.push({ ...value, name });
  }

  /** @returns the bytes of an ONNX model */
  toModel(): Uint8Array<ArrayBuffer> {
    const published = (name: string): string => this.#outputNames.get(name) ?? name;
    return writeModel({
      name: this.#name,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(published),
        outputs: node.outputs.map(published),
      })),
      initialisers: this.#constants.map(({ value, bytes }): Initialiser => ({ value, bytes: bytes() })),
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }

  /** Of convolutions and matrix products; see `countFlops`. */
  countFlops(): number {
    return countFlops({
      nodes: this.#nodes,
      values: this.#values,
      constants: this.#constants.map(({ value }) => value),
    });
  }

  /** What running the graph takes, from the shapes of its tensors alone. */
  measure(): GraphMemory {
    return measureMemory({
      nodes: this.#nodes,
      values: this.#values,
      constants: this.#constants.map(({ value }) => value),
      inputs: this.#inputs,
      outputs: this.#outputNames,
    });
  }

  #constant<Type extends ElementType>(type: Type, shape: Shape, bytes: () => Uint8Array): Value<Type> {
    const value = { name: this.#freshName('constant'), type, shape: this.#checkedShape(shape) };
    this.#constants.push({ value, bytes });
    return value;
  }

  #checkLength(shape: Shape, length: number): void {
    if (this.#checkedShape(shape).reduce((product, side) => product * side, 1) !== length) {
      this.fail(`a constant of shape [${shape.join(', ')}] got ${length} values`);
    }
  }

  #sharedConstant<Type extends ElementType>(key: string, create: () => Value<Type>): Value<Type> {
    const known = this.#shared.get(key);
    // The key starts with the type, so the type of a known value is `Type`.
    if (known) return known as Value<Type>;
    const value = create();
    this.#shared.set(key, value);
    return value;
  }

  #freshName(kind: string): string {
    const serial = this.#nodes.length + this.#constants.length;
    return `${this.#scope.join('.')}/${kind}_${serial}`;
  }

  #checkedShape(shape: Shape): Shape {
    if (!shape.every((side) => Number.isSafeInteger(side) && side > 0)) {
      this.fail(`the shape [${shape.join(', ')}] has a side that is no positive whole number`);
    }
    return shape;
  }
}

function bytesOf(data: Float32Array | Uint16Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
