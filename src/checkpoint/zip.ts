/**
 * Reads zip archives that lie whole in memory: PyTorch checkpoints and NumPy's `.npz` are zips.
 *
 * Written from APPNOTE.TXT 6.3.10 (central directory, zip64, stored and deflated entries). Stored entries
 * come back as views, so a 46 MB checkpoint is never copied. Nothing the file says of itself is trusted:
 * every offset and size is held against the bytes that are there before it is used.
 */

import { Inflate } from 'fflate';

import { CovisError } from '../reporting/covisError.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const ZIP64_END_RECORD = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_EXTRA = 0x0001;

const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_RECORD_BYTES = 22;
const ZIP64_END_RECORD_BYTES = 56;
const ZIP64_LOCATOR_BYTES = 20;
const LONGEST_COMMENT = 0xffff;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x1;

/** Deflate cannot shrink further than 1032:1 (zlib's "Technical Details"), so a larger claim is a lie. */
const BEST_DEFLATE_RATIO = 1032;
/** All entries of one archive together may inflate to this much; checkpoints do not compress at all. */
const INFLATED_BYTES_LIMIT = 1 << 30;
/** Compressed bytes inflated at once: an entry that lies about its size is stopped after at most 16 MB. */
const INFLATE_STEP_BYTES = 1 << 14;

export interface ZipArchive {
  /** Names of all files, in the order of the central directory; folders are left out. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * The bytes of one file: a view of the archive where it is stored, a new array where it is deflated.
   * @throws CovisError `zip-entry-missing`, `zip-damaged`, `zip-bomb` or `zip-unsupported`
   */
  read(name: string): Uint8Array;
}

interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

interface CentralDirectory {
  readonly entryCount: number;
  readonly offset: number;
  readonly size: number;
}

/** True when the bytes begin like a zip archive that holds at least one entry. */
export function startsLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

/**
 * @throws CovisError `zip-truncated` when the end of the archive is missing, `zip-damaged` when its directory
 *   contradicts itself (sizes beyond the file, overlapping entries, names twice)
 */
export function openZip(bytes: Uint8Array): ZipArchive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findCentralDirectory(view);
  const entries = readCentralDirectory(bytes, view, directory);
  const dataOffsets = locateData(view, entries, directory.offset);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (byName.size < entries.length) throw damaged('it names the same entry twice');

  let inflatedBytes = 0;
  for (const entry of entries) if (entry.method === DEFLATED) inflatedBytes += entry.size;
  if (inflatedBytes > INFLATED_BYTES_LIMIT) {
    throw bomb(`its ${bytes.length} bytes would unpack to ${inflatedBytes}`);
  }

  return {
    names: entries.filter((entry) => !entry.name.endsWith('/')).map((entry) => entry.name),
    has: (name) => byName.has(name),
    read(name) {
      const entry = byName.get(name);
      if (!entry) {
        throw new CovisError(
          'checkpoint',
          'zip-entry-missing',
          `The archive has no entry "${name}": it is of another kind or incomplete, get the file again.`,
        );
      }
      if (entry.flags & ENCRYPTED) throw unsupported(`"${name}" is encrypted`);
      const start = dataOffsets.get(entry)!;
      const packed = bytes.subarray(start, start + entry.compressedSize);
      if (entry.method === STORED) return packed;
      if (entry.method === DEFLATED) return inflateEntry(entry, packed);
      throw unsupported(`"${name}" is packed by method ${entry.method}`);
    },
  };
}

function findCentralDirectory(view: DataView): CentralDirectory {
  const end = findEndRecord(view);
  const entryCount = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const offset = view.getUint32(end + 16, true);
  const isZip64 = entryCount === 0xffff || size === 0xffffffff || offset === 0xffffffff;
  const directory = isZip64 ? readZip64EndRecord(view, end) : { entryCount, size, offset };
  if (directory.offset + directory.size > end)
    throw damaged('its directory reaches beyond the end of the file');
  if (directory.entryCount * CENTRAL_HEADER_BYTES > directory.size) {
    throw damaged(`its directory is too short for the ${directory.entryCount} entries it claims`);
  }
  return directory;
}

function findEndRecord(view: DataView): number {
  const last = view.byteLength - END_RECORD_BYTES;
  for (let offset = last; offset >= Math.max(0, last - LONGEST_COMMENT); offset--) {
    if (view.getUint32(offset, true) !== END_RECORD) continue;
    if (offset + END_RECORD_BYTES + view.getUint16(offset + 20, true) === view.byteLength) return offset;
  }
  throw new CovisError(
    'checkpoint',
    'zip-truncated',
    'The archive ends before its directory: the file was cut off on the way, get it again.',
  );
}

function readZip64EndRecord(view: DataView, end: number): CentralDirectory {
  const locator = end - ZIP64_LOCATOR_BYTES;
  if (locator < 0 || view.getUint32(locator, true) !== ZIP64_LOCATOR) {
    throw damaged('its zip64 directory locator is missing');
  }
  const record = readUint64(view, locator + 8);
  if (record + ZIP64_END_RECORD_BYTES > locator || view.getUint32(record, true) !== ZIP64_END_RECORD) {
    throw damaged('its zip64 end record is missing');
  }
  return {
    entryCount: readUint64(view, record + 32),
    size: readUint64(view, record + 40),
    offset: readUint64(view, record + 48),
  };
}

function readCentralDirectory(bytes: Uint8Array, view: DataView, directory: CentralDirectory): ZipEntry[] {
  const decoder = new TextDecoder();
  const end = directory.offset + directory.size;
  const entries: ZipEntry[] = [];
  let offset = directory.offset;
  for (let index = 0; index < directory.entryCount; index++) {
    if (offset + CENTRAL_HEADER_BYTES > end || view.getUint32(offset, true) !== CENTRAL_HEADER) {
      throw damaged(`its directory breaks off at entry ${index + 1} of ${directory.entryCount}`);
    }
    const nameStart = offset + CENTRAL_HEADER_BYTES;
    const extraStart = nameStart + view.getUint16(offset + 28, true);
    const extraEnd = extraStart + view.getUint16(offset + 30, true);
    const next = extraEnd + view.getUint16(offset + 32, true);
    if (next > end)
      throw damaged(`its directory breaks off at entry ${index + 1} of ${directory.entryCount}`);
    entries.push({
      name: decoder.decode(bytes.subarray(nameStart, extraStart)),
      flags: view.getUint16(offset + 8, true),
      method: view.getUint16(offset + 10, true),
      crc32: view.getUint32(offset + 16, true),
      ...readSizes(view, offset, extraStart, extraEnd),
    });
    offset = next;
  }
  return entries;
}

/** Sizes and offset of one entry; where a 32-bit field is all ones, the zip64 extra field has the number. */
function readSizes(
  view: DataView,
  header: number,
  extraStart: number,
  extraEnd: number,
): Pick<ZipEntry, 'compressedSize' | 'size' | 'headerOffset'> {
  let zip64 = -1;
  let zip64End = -1;
  for (let extra = extraStart; extra + 4 <= extraEnd; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== ZIP64_EXTRA) continue;
    zip64 = extra + 4;
    zip64End = Math.min(zip64 + view.getUint16(extra + 2, true), extraEnd);
  }
  // The extra field holds only the numbers that did not fit, in this order.
  const readField = (fieldOffset: number) => {
    const value = view.getUint32(fieldOffset, true);
    if (value !== 0xffffffff) return value;
    if (zip64 < 0 || zip64 + 8 > zip64End) throw damaged('an entry lacks its zip64 sizes');
    zip64 += 8;
    return readUint64(view, zip64 - 8);
  };
  const size = readField(header + 24);
  const compressedSize = readField(header + 20);
  return { size, compressedSize, headerOffset: readField(header + 42) };
}

/** Where each entry's data begin; entries must lie before the directory and must not share bytes. */
function locateData(
  view: DataView,
  entries: readonly ZipEntry[],
  directoryOffset: number,
): Map<ZipEntry, number> {
  const offsets = new Map<ZipEntry, number>();
  let free = 0;
  for (const entry of entries.toSorted((a, b) => a.headerOffset - b.headerOffset)) {
    const header = entry.headerOffset;
    if (header + LOCAL_HEADER_BYTES > directoryOffset || view.getUint32(header, true) !== LOCAL_HEADER) {
      throw damaged(`the entry "${entry.name}" is not where its directory says`);
    }
    if (header < free) throw bomb(`the entry "${entry.name}" shares bytes with another`);
    const start =
      header + LOCAL_HEADER_BYTES + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    free = start + entry.compressedSize;
    if (free > directoryOffset) throw damaged(`the entry "${entry.name}" is longer than the file`);
    if (entry.method === STORED && entry.size !== entry.compressedSize) {
      throw damaged(`the stored entry "${entry.name}" has two different sizes`);
    }
    if (entry.method === DEFLATED && entry.size > entry.compressedSize * BEST_DEFLATE_RATIO) {
      throw bomb(`the entry "${entry.name}" claims ${entry.size} bytes out of ${entry.compressedSize}`);
    }
    offsets.set(entry, start);
  }
  return offsets;
}

function inflateEntry(entry: ZipEntry, packed: Uint8Array): Uint8Array {
  const unpacked = new Uint8Array(entry.size);
  let length = 0;
  const inflate = new Inflate((chunk) => {
    if (length + chunk.length > entry.size) {
      throw bomb(`the entry "${entry.name}" unpacks to more than the ${entry.size} bytes it claims`);
    }
    unpacked.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let offset = 0; offset < packed.length; offset += INFLATE_STEP_BYTES) {
      const end = offset + INFLATE_STEP_BYTES;
      inflate.push(packed.subarray(offset, end), end >= packed.length);
    }
  } catch (error) {
    if (error instanceof CovisError) throw error;
    throw damaged(`the entry "${entry.name}" cannot be unpacked`, error);
  }
  // Stored entries are not summed: that would read the whole checkpoint, which is identified by its SHA-256.
  if (length !== entry.size || computeCrc32(unpacked) !== entry.crc32) {
    throw damaged(`the entry "${entry.name}" does not unpack to what its directory says`);
  }
  return unpacked;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function computeCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    crc = CRC_TABLE[(crc ^ bytes[index]!) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** Numbers beyond 2^53 lose digits, which is harmless: they lie beyond any file and are refused as such. */
function readUint64(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 0x1_0000_0000;
}

function damaged(what: string, cause?: unknown): CovisError {
  const options = cause === undefined ? undefined : { cause };
  return new CovisError(
    'checkpoint',
    'zip-damaged',
    `The archive is damaged: ${what}; get the file again.`,
    options,
  );
}

function bomb(what: string): CovisError {
  return new CovisError(
    'checkpoint',
    'zip-bomb',
    `The archive is refused because ${what}: use a checkpoint from a source you trust.`,
  );
}

function unsupported(what: string): CovisError {
  return new CovisError(
    'checkpoint',
    'zip-unsupported',
    `The archive cannot be read because ${what}: save the file again without compression.`,
  );
}
