/**
 * Writes named tensors as `torch.save({ state_dict })` does, so that reading a checkpoint of the official size is
 * measured without having one: a pickle of protocol 2 that describes the tensors, and one stored entry of a zip
 * for each, aligned to 64 bytes through a padding field as PyTorch's writer aligns them.
 */
import { type Zippable, zipSync } from 'fflate';
import type { NamedTensors } from '../../src/checkpoint/namedTensors.ts';

const op = {
  protocol: 0x80,
  mark: 0x28,
  stop: 0x2e,
  int32: 0x4a,
  callTyped: 0x51,
  call: 0x52,
  text: 0x58,
  global: 0x63,
  emptyTuple: 0x29,
  tuple: 0x74,
  emptyDictionary: 0x7d,
  setItem: 0x73,
  setItems: 0x75,
  no: 0x89,
} as const;

const alignment = 64;
/** The id of PyTorch's padding field. */
const paddingField = 0x4246;

export function writeTorchCheckpoint({ tensors }: NamedTensors): Uint8Array {
  const entries: Array<readonly [name: string, data: Uint8Array]> = [];
  const pickle: number[] = [
    op.protocol,
    2,
    op.emptyDictionary,
    ...text('state_dict'),
    ...orderedDictionary(),
  ];
  pickle.push(op.mark);
  let key = 0;
  for (const { name, shape, dtype, toFloat32 } of tensors.values()) {
    if (dtype !== 'float32') continue;
    const values = toFloat32();
    entries.push([
      `archive/data/${key}`,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    ]);
    pickle.push(...text(name), ...describeTensor(String(key++), shape, values.length));
  }
  pickle.push(op.setItems, op.setItem, op.stop);
  return alignedZip([['archive/data.pkl', Uint8Array.from(pickle)], ...entries]);
}

function describeTensor(key: string, shape: readonly number[], length: number): number[] {
  return [
    ...global('torch._utils', '_rebuild_tensor_v2'),
    op.mark,
    ...[op.mark, ...text('storage'), ...global('torch', 'FloatStorage'), ...text(key), ...text('cpu')],
    ...[...int32(length), op.tuple, op.callTyped],
    ...int32(0),
    ...numbers(shape),
    ...numbers(strides(shape)),
    op.no,
    ...orderedDictionary(),
    ...[op.tuple, op.call],
  ];
}

function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
}

function numbers(values: readonly number[]): number[] {
  return [op.mark, ...values.flatMap(int32), op.tuple];
}

function orderedDictionary(): number[] {
  return [...global('collections', 'OrderedDict'), op.emptyTuple, op.call];
}

function global(module: string, name: string): number[] {
  return [op.global, ...new TextEncoder().encode(`${module}\n${name}\n`)];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [op.text, ...int32(bytes.length).slice(1), ...bytes];
}

function int32(value: number): number[] {
  return [op.int32, ...new Uint8Array(Int32Array.of(value).buffer)];
}

function alignedZip(entries: ReadonlyArray<readonly [name: string, data: Uint8Array]>): Uint8Array {
  const files: Zippable = {};
  let offset = 0;
  for (const [name, data] of entries) {
    // A local header is 30 bytes, the name, and 4 bytes before the padding.
    const unpadded = offset + 30 + name.length + 4;
    const padding = (alignment - (unpadded % alignment)) % alignment;
    files[name] = [data, { level: 0, extra: { [paddingField]: new Uint8Array(padding) } }];
    offset = unpadded + padding + data.length;
  }
  return zipSync(files);
}
