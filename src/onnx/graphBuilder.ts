/**
 * A graph under construction: typed values with static shapes, nodes in the order they are added, initialisers
 * kept as views of the caller's bytes. Every operator (`ops/`) infers its output shape and refuses a mismatch
 * with the name of the layer, so that a wrong network fails here and not inside an inference engine.
 *
 * Follows the ONNX IR specification (https://onnx.ai/onnx/repo-docs/IR.html).
 */
import { CovisError } from '../reporting/covisError.ts';
import { float32ToFloat16 } from './float16.ts';
import type { Attribute, ElementType, FloatType, GraphNode, Initialiser, Shape, Value } from './graph.ts';
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

export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: GraphNode[] = [];
  readonly #initialisers: Initialiser[] = [];
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
    return value;
  }

  /** Floating-point constants of either type are given as float32 and stored in `type`. */
  floats<Type extends FloatType>(type: Type, shape: Shape, data: Float32Array): Value<Type> {
    return this.#initialiser(type, shape, type === 'float16' ? float32ToFloat16(data) : data);
  }

  /** A float constant of shape [] that all layers share. */
  scalar<Type extends FloatType>(type: Type, value: number): Value<Type> {
    return this.#sharedConstant(`${type} ${value}`, () => this.floats(type, [], Float32Array.of(value)));
  }

  /** An int64 vector that operators take as shape, axes or bounds; equal ones are shared. */
  integers(values: readonly number[]): Value<'int64'> {
    return this.#sharedConstant(`int64 ${values.join()}`, () =>
      this.#initialiser('int64', [values.length], BigInt64Array.from(values, BigInt)),
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
    return { name, type, shape: this.#checkedShape(shape) };
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
      initialisers: this.#initialisers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }

  #initialiser<Type extends ElementType>(
    type: Type,
    shape: Shape,
    data: Float32Array | Uint16Array | BigInt64Array,
  ): Value<Type> {
    const count = this.#checkedShape(shape).reduce((product, side) => product * side, 1);
    if (count !== data.length)
      this.fail(`a constant of shape [${shape.join(', ')}] got ${data.length} values`);
    const value = { name: this.#freshName('constant'), type, shape };
    this.#initialisers.push({
      value,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return value;
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
    const serial = this.#nodes.length + this.#initialisers.length;
    return `${this.#scope.join('.')}/${kind}_${serial}`;
  }

  #checkedShape(shape: Shape): Shape {
    if (!shape.every((side) => Number.isSafeInteger(side) && side > 0)) {
      this.fail(`the shape [${shape.join(', ')}] has a side that is no positive whole number`);
    }
    return shape;
  }
}
