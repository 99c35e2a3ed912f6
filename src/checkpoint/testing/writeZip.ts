/**
 * Writes small zip archives for tests, each field of which may be a lie, and zip64 records where asked:
 * libraries that write archives do not write broken ones.
 */

import { deflateSync } from 'fflate';

export interface ZipEntryToWrite {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  /** Sizes and offset go to the zip64 extra field, as PyTorch writes them for large files. */
  readonly zip64?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** What the central directory says instead of the truth. */
  readonly claimedSize?: number;
  readonly claimedCompressedSize?: number;
  readonly claimedOffset?: number;
  readonly claimedCrc32?: number;
}

export function writeZip(entries: readonly ZipEntryToWrite[], options: { zip64?: boolean } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let length = 0;
  for (const entry of entries) {
    const packed = entry.deflate ? deflateSync(entry.data) : entry.data;
    const name = new TextEncoder().encode(entry.name);
    const size = entry.claimedSize ?? entry.data.length;
    const compressedSize = entry.claimedCompressedSize ?? packed.length;
    const offset = entry.claimedOffset ?? length;
    const method = entry.method ?? (entry.deflate ? 8 : 0);
    const crc32 = entry.claimedCrc32 ?? computeCrc32(entry.data);
    const common = [u16(entry.flags ?? 0), u16(method), u32(0), u32(crc32)];
    const local = concat([
      u32(0x04034b50),
      u16(20),
      ...common,
      u32(packed.length),
      u32(entry.data.length),
      u16(name.length),
      u16(0),
      name,
    ]);
    const extra = entry.zip64
      ? concat([u16(1), u16(24), u64(size), u64(compressedSize), u64(offset)])
      : new Uint8Array(0);
    const field = (value: number) => u32(entry.zip64 ? 0xffffffff : value);
    directory.push(
      concat([
        u32(0x02014b50),
        u16(20),
        u16(20),
        ...common,
        field(compressedSize),
        field(size),
        u16(name.length),
        u16(extra.length),
        u16(0),
        u16(0),
        u16(0),
        u32(0),
        field(offset),
        name,
        extra,
      ]),
    );
    parts.push(local, packed);
    length += local.length + packed.length;
  }
  const central = concat(directory);
  parts.push(central);
  const end = length + central.length;
  if (options.zip64) {
    parts.push(
      ...[u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(entries.length)],
      ...[u64(entries.length), u64(central.length), u64(length)],
      ...[u32(0x07064b50), u32(0), u64(end), u32(1)],
    );
  }
  const small = (value: number, limit: number) => (options.zip64 ? limit : value);
  parts.push(
    ...[u32(0x06054b50), u16(0), u16(0), u16(small(entries.length, 0xffff))],
    ...[u16(small(entries.length, 0xffff)), u32(small(central.length, 0xffffffff))],
    ...[u32(small(length, 0xffffffff)), u16(0)],
  );
  return concat(parts);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8]);
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function u64(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
}

/** Bit by bit: on purpose not the reader's own table. */
function computeCrc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
