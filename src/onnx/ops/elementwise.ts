/** Operators that work element by element, with NumPy broadcasting where they take two values. */
import type { ElementType, FloatType, FloatValue, GraphBuilder, Shape, Value } from '../graphBuilder.ts';

export function add<T extends FloatType>(graph: GraphBuilder, a: Value<T>, b: Value<T>): Value<T> {
  return binary(graph, 'Add', a, b);
}

export function subtract<T extends FloatType>(graph: GraphBuilder, a: Value<T>, b: Value<T>): Value<T> {
  return binary(graph, 'Sub', a, b);
}

export function multiply<T extends FloatType>(graph: GraphBuilder, a: Value<T>, b: Value<T>): Value<T> {
  return binary(graph, 'Mul', a, b);
}

export function divide<T extends FloatType>(graph: GraphBuilder, a: Value<T>, b: Value<T>): Value<T> {
  return binary(graph, 'Div', a, b);
}

export function relu<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Relu', [x], {}, x.type, x.shape);
}

/** x where positive, else `slope` x. */
export function leakyRelu<T extends FloatType>(graph: GraphBuilder, x: Value<T>, slope: number): Value<T> {
  return graph.node('LeakyRelu', [x], { alpha: { kind: 'float', value: slope } }, x.type, x.shape);
}

/** x where positive, else exp(x) - 1. */
export function elu<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Elu', [x], {}, x.type, x.shape);
}

export function logarithm<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Log', [x], {}, x.type, x.shape);
}

export function squareRoot<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Sqrt', [x], {}, x.type, x.shape);
}

export function exponential<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Exp', [x], {}, x.type, x.shape);
}

/** 1 / (1 + exp(-x)). */
export function sigmoid<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Sigmoid', [x], {}, x.type, x.shape);
}

/** The largest whole number that is not above x. */
export function floor<T extends FloatType>(graph: GraphBuilder, x: Value<T>): Value<T> {
  return graph.node('Floor', [x], {}, x.type, x.shape);
}

/** x, no less than `minimum` and no more than `maximum`. */
export function clamp<T extends FloatType>(
  graph: GraphBuilder,
  x: Value<T>,
  minimum: number,
  maximum: number,
): Value<T> {
  return graph.node(
    'Clip',
    [x, graph.scalar(x.type, minimum), graph.scalar(x.type, maximum)],
    {},
    x.type,
    x.shape,
  );
}

/** The larger of x and `minimum`. */
export function clampBelow<T extends FloatType>(graph: GraphBuilder, x: Value<T>, minimum: number): Value<T> {
  return graph.node('Clip', [x, graph.scalar(x.type, minimum)], {}, x.type, x.shape);
}

const castCode: Readonly<Record<FloatType, number>> = { float32: 1, float16: 10 };

/** Converts to `type`; adds nothing where x already has it. */
export function cast<T extends FloatType>(graph: GraphBuilder, x: FloatValue, type: T): Value<T> {
  if (hasType(x, type)) return x;
  return graph.node('Cast', [x], { to: { kind: 'int', value: castCode[type] } }, type, x.shape);
}

/** Whole numbers as indices; fractions are cut off. */
export function castToIndices(graph: GraphBuilder, x: Value<'float32'>): Value<'int32'> {
  return graph.node('Cast', [x], { to: { kind: 'int', value: 6 } }, 'int32', x.shape);
}

function hasType<T extends ElementType>(x: Value, type: T): x is Value<T> {
  return x.type === type;
}

function binary<T extends FloatType>(
  graph: GraphBuilder,
  opType: string,
  a: Value<T>,
  b: Value<T>,
): Value<T> {
  if (a.type !== b.type) graph.fail(`${opType} mixes ${a.type} with ${b.type}`);
  return graph.node(opType, [a, b], {}, a.type, broadcastShapes(graph, opType, a.shape, b.shape));
}

/** The shape both broadcast to: sides are aligned from the last and must be equal or 1. */
export function broadcastShapes(graph: GraphBuilder, opType: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sideA = a[axis - rank + a.length] ?? 1;
    const sideB = b[axis - rank + b.length] ?? 1;
    if (sideA !== sideB && sideA !== 1 && sideB !== 1) {
      graph.fail(`${opType} cannot combine the shapes [${a.join(', ')}] and [${b.join(', ')}]`);
    }
    return Math.max(sideA, sideB);
  });
}
