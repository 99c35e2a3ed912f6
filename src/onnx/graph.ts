/** A graph as data: what the builder makes and the writer serialises. */

export type FloatType = 'float32' | 'float16';
export type ElementType = FloatType | 'int32' | 'int64';
export type Shape = readonly number[];

/** A tensor inside one graph. */
export interface Value<Type extends ElementType = ElementType> {
  readonly name: string;
  readonly type: Type;
  readonly shape: Shape;
}

export type FloatValue = Value<FloatType>;

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string };

export interface GraphNode {
  readonly name: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface Initialiser {
  readonly value: Value;
  /** Little-endian elements in C order. */
  readonly bytes: Uint8Array;
}

/** What the writer serialises. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly initialisers: readonly Initialiser[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}
