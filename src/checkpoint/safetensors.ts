/**
 * Reads safetensors files (github.com/huggingface/safetensors, "Format"): eight bytes of header length, a JSON
 * header of dtypes, shapes and byte ranges, then the values.
 *
 * The ranges must tile the values without overlap or hole, as the format demands: a header that breaks this
 * is wrong about some tensor, and weights that are slightly wrong are worse than none.
 */

import { CovisError } from '../reporting/covisError.ts';
import type { CheckpointDtype, CheckpointTensor, NamedTensors } from './namedTensors.ts';
import { BYTES_PER_ELEMENT, countElements, createStoredTensor } from './storedTensor.ts';

const LENGTH_BYTES = 8;
/** Names of a hundred thousand tensors fit; more is no network but an attempt to exhaust the parser. */
const HEADER_BYTES_LIMIT = 16 << 20;
const OPENING_BRACE = 0x7b;

const DTYPES: ReadonlyMap<unknown, CheckpointDtype> = new Map([
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

interface TensorEntry {
  readonly name: string;
  readonly dtype: CheckpointDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** True when the bytes begin like a safetensors file: the header's brace follows its length. */
export function startsLikeSafetensors(bytes: Uint8Array): boolean {
  return bytes[LENGTH_BYTES] === OPENING_BRACE;
}

/** @throws CovisError `checkpoint-truncated`, `safetensors-header` or `checkpoint-unsupported-dtype` */
export function readSafetensors(bytes: Uint8Array): NamedTensors {
  if (bytes.length < LENGTH_BYTES) throw truncated(LENGTH_BYTES, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > HEADER_BYTES_LIMIT) throw headerLies(`it claims to be ${headerLength} bytes long`);
  const dataStart = LENGTH_BYTES + headerLength;
  if (dataStart > bytes.length) throw truncated(dataStart, bytes.length);

  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const values = bytes.subarray(dataStart);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => readEntry(name, entry));
  checkTiling(entries, values.length);

  const tensors = new Map<string, CheckpointTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const storage = values.subarray(begin, end);
    tensors.set(name, createStoredTensor({ name, dtype, shape, offset: 0, storage }));
  }
  return { tensors, metadata: readMetadata(header) };
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw headerLies('it is not JSON', error);
  }
  if (!isRecord(header)) throw headerLies('it is not a JSON object');
  const repeated = findRepeatedKey(text);
  if (repeated !== null) throw headerLies(`it names "${repeated}" twice`);
  return header;
}

/**
 * JSON.parse keeps the last of two equal keys silently. `text` must be valid JSON. Scanned by hand, because a
 * regular expression runs out of stack on strings of megabytes.
 */
function findRepeatedKey(text: string): string | null {
  const scopes: Set<string>[] = [];
  const colon = /\s*:/y;
  for (let start = 0; start < text.length; start++) {
    if (text[start] === '{') scopes.push(new Set());
    if (text[start] === '}') scopes.pop();
    if (text[start] !== '"') continue;
    let end = start + 1;
    while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    colon.lastIndex = end + 1;
    if (colon.test(text)) {
      const key: string = JSON.parse(text.slice(start, end + 1));
      const scope = scopes.at(-1)!;
      if (scope.has(key)) return key;
      scope.add(key);
    }
    start = end;
  }
  return null;
}

function readEntry(name: string, entry: unknown): TensorEntry {
  if (!isRecord(entry)) throw headerLies(`its entry "${name}" is no description of a tensor`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = entry;
  if (!isCountArray(shape) || !isCountArray(offsets) || offsets.length !== 2) {
    throw headerLies(`shape or offsets of "${name}" are no natural numbers`);
  }
  const dtype = DTYPES.get(dtypeName);
  if (!dtype) {
    throw new CovisError(
      'checkpoint',
      'checkpoint-unsupported-dtype',
      `The tensor "${name}" is of type ${JSON.stringify(dtypeName)}, which cannot be read: save the weights as F32 or F16.`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const needed = countElements(shape) * BYTES_PER_ELEMENT[dtype];
  if (end - begin !== needed) {
    throw headerLies(`"${name}" needs ${needed} bytes for its shape but is given ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

function checkTiling(entries: readonly TensorEntry[], valuesLength: number): void {
  let free = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < free) throw headerLies(`"${name}" overlaps another tensor`);
    if (begin > free) throw headerLies(`no tensor owns the ${begin - free} bytes before "${name}"`);
    free = end;
  }
  if (free > valuesLength) throw truncated(free, valuesLength);
  if (free < valuesLength) throw headerLies(`no tensor owns the last ${valuesLength - free} bytes`);
}

function readMetadata(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.hasOwn(header, '__metadata__') ? header.__metadata__ : {};
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw headerLies('its metadata are not plain text');
  }
  return metadata as Record<string, string>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCountArray(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function truncated(needed: number, present: number): CovisError {
  return new CovisError(
    'checkpoint',
    'checkpoint-truncated',
    `The safetensors file is cut off: ${needed} bytes are needed where ${present} are left; get it again.`,
  );
}

function headerLies(what: string, cause?: unknown): CovisError {
  return new CovisError(
    'checkpoint',
    'safetensors-header',
    `The header of the safetensors file is wrong, ${what}: get the file again.`,
    cause === undefined ? undefined : { cause },
  );
}
