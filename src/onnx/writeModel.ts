/**
 * Serialises a graph as an ONNX model: the messages and field numbers of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3) on a maintained protobuf wire writer.
 *
 * Messages that hold weights are laid out by their computed lengths, so each weight is copied exactly once,
 * straight into the finished model.
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attribute, ElementType, Graph, GraphNode, Initialiser, Value } from './graph.ts';

const irVersion = 8;
/** Newer opsets send GridSample (20), Elu and MaxPool (22) to the CPU on ONNX Runtime's WebGPU backend. */
const opsetVersion = 17;

const elementTypeCode: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  float16: 10,
};
const attributeTypeCode: Readonly<Record<Attribute['kind'], number>> = { float: 1, int: 2, text: 3, ints: 7 };

export function writeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const graphParts = [describeGraph(graph), ...graph.initialisers.flatMap(initialiserParts)];
  const head = new BinaryWriter();
  head.tag(1, WireType.Varint).int64(irVersion);
  head.tag(2, WireType.LengthDelimited).string('covis');
  head.tag(8, WireType.LengthDelimited).fork();
  head.tag(1, WireType.LengthDelimited).string('');
  head.tag(2, WireType.Varint).int64(opsetVersion);
  head.join();
  head.tag(7, WireType.LengthDelimited).uint32(byteLength(graphParts));
  return concatenate([head.finish(), ...graphParts]);
}

/** GraphProto without its initialisers. */
function describeGraph(graph: Graph): Uint8Array {
  const writer = new BinaryWriter();
  for (const node of graph.nodes) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writeNode(writer, node);
    writer.join();
  }
  writer.tag(2, WireType.LengthDelimited).string(graph.name);
  for (const input of graph.inputs) writeValueInfo(writer, 11, input);
  for (const output of graph.outputs) writeValueInfo(writer, 12, output);
  return writer.finish();
}

function writeNode(writer: BinaryWriter, node: GraphNode): void {
  for (const input of node.inputs) writer.tag(1, WireType.LengthDelimited).string(input);
  for (const output of node.outputs) writer.tag(2, WireType.LengthDelimited).string(output);
  writer.tag(3, WireType.LengthDelimited).string(node.name);
  writer.tag(4, WireType.LengthDelimited).string(node.opType);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.tag(5, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name);
    writeAttributeValue(writer, attribute);
    writer.tag(20, WireType.Varint).int32(attributeTypeCode[attribute.kind]);
    writer.join();
  }
}

function writeAttributeValue(writer: BinaryWriter, attribute: Attribute): void {
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      break;
    case 'int':
      writer.tag(3, WireType.Varint).int64(attribute.value);
      break;
    case 'text':
      writer.tag(4, WireType.LengthDelimited).string(attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.tag(8, WireType.Varint).int64(value);
      break;
  }
}

function writeValueInfo(writer: BinaryWriter, field: number, value: Value): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(value.name);
  writer.tag(2, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int32(elementTypeCode[value.type]);
  writer.tag(2, WireType.LengthDelimited).fork();
  for (const side of value.shape) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int64(side);
    writer.join();
  }
  writer.join();
  writer.join();
  writer.join();
  writer.join();
}

/** One `initializer` field of GraphProto: everything before the raw data, then the raw data themselves. */
function initialiserParts({ value, bytes }: Initialiser): Uint8Array[] {
  const tensor = new BinaryWriter();
  for (const side of value.shape) tensor.tag(1, WireType.Varint).int64(side);
  tensor.tag(2, WireType.Varint).int32(elementTypeCode[value.type]);
  tensor.tag(8, WireType.LengthDelimited).string(value.name);
  tensor.tag(9, WireType.LengthDelimited).uint32(bytes.byteLength);
  const description = tensor.finish();
  const prefix = new BinaryWriter();
  prefix.tag(5, WireType.LengthDelimited).uint32(description.byteLength + bytes.byteLength);
  return [prefix.finish(), description, bytes];
}

function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(byteLength(parts));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
