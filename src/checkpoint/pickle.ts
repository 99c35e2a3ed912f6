/**
 * A restricted unpickler: the machine of Python's pickles (protocols 2 to 5, as `pickletools` documents the
 * instructions) without the power that makes pickles dangerous.
 *
 * A pickle is a program that may name any function of Python and call it. Here a name means only what the
 * caller's whitelist says; any other name ends the reading at once and is told to the person. Nothing is
 * executed that the caller did not write.
 */

import { CovisError } from '../reporting/covisError.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleObject
  | PickleGlobal
  /** Lists and tuples alike. */
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>;

/** A value of the caller's; the machine only passes it on. */
export class PickleObject {
  /** Python's name of what this stands for. */
  readonly typeName: string;

  constructor(typeName: string) {
    this.typeName = typeName;
  }
}

/** A global that the whitelist knows: a class or a function. */
export class PickleGlobal {
  readonly name: string;
  /** What calling or instantiating it gives; throws CovisError for arguments that make no sense. */
  readonly call: (args: readonly PickleValue[]) => PickleValue;

  constructor(name: string, call: (args: readonly PickleValue[]) => PickleValue) {
    this.name = name;
    this.call = call;
  }
}

export interface PickleEnvironment {
  /** The global of that qualified name (`collections.OrderedDict`), or undefined to refuse it. */
  findGlobal(name: string): PickleGlobal | undefined;
  /** What a persistent id stands for: PyTorch's storages. */
  loadPersistent(id: PickleValue): PickleValue;
}

/** A checkpoint of ten thousand tensors takes some 300 000; the limit bounds memory and time. */
const INSTRUCTION_LIMIT = 1_000_000;
/** Longer integers are no numbers of a checkpoint, and converting them takes quadratic time. */
const LONG_BYTES_LIMIT = 1024;
const HIGHEST_PROTOCOL = 5;

const OPCODE = {
  MARK: 0x28,
  EMPTY_TUPLE: 0x29,
  STOP: 0x2e,
  POP: 0x30,
  POP_MARK: 0x31,
  DUP: 0x32,
  BINBYTES: 0x42,
  SHORT_BINBYTES: 0x43,
  BINFLOAT: 0x47,
  BININT: 0x4a,
  BININT1: 0x4b,
  BININT2: 0x4d,
  NONE: 0x4e,
  BINPERSID: 0x51,
  REDUCE: 0x52,
  BINSTRING: 0x54,
  SHORT_BINSTRING: 0x55,
  BINUNICODE: 0x58,
  EMPTY_LIST: 0x5d,
  APPEND: 0x61,
  BUILD: 0x62,
  GLOBAL: 0x63,
  APPENDS: 0x65,
  BINGET: 0x68,
  LONG_BINGET: 0x6a,
  BINPUT: 0x71,
  LONG_BINPUT: 0x72,
  SETITEM: 0x73,
  TUPLE: 0x74,
  SETITEMS: 0x75,
  EMPTY_DICT: 0x7d,
  PROTO: 0x80,
  NEWOBJ: 0x81,
  TUPLE1: 0x85,
  TUPLE2: 0x86,
  TUPLE3: 0x87,
  NEWTRUE: 0x88,
  NEWFALSE: 0x89,
  LONG1: 0x8a,
  LONG4: 0x8b,
  SHORT_BINUNICODE: 0x8c,
  BINUNICODE8: 0x8d,
  BINBYTES8: 0x8e,
  EMPTY_SET: 0x8f,
  ADDITEMS: 0x90,
  FROZENSET: 0x91,
  NEWOBJ_EX: 0x92,
  STACK_GLOBAL: 0x93,
  MEMOIZE: 0x94,
  FRAME: 0x95,
  BYTEARRAY8: 0x96,
} as const;

/**
 * Rebuilds the value of a pickle.
 * @throws CovisError `pickle-refused` for a global outside the whitelist (the message names it),
 *   `pickle-damaged` for anything that is not a complete, well-formed pickle
 */
export function unpickle(bytes: Uint8Array, environment: PickleEnvironment): PickleValue {
  return new Unpickler(bytes, environment).run();
}

/** For the whitelist's own functions: what they were called with makes no sense. */
export function damagedPickle(what: string): CovisError {
  return new CovisError(
    'checkpoint',
    'pickle-damaged',
    `The checkpoint's list of tensors is damaged, ${what}: get the file again.`,
  );
}

class Unpickler {
  private readonly reader: PickleReader;
  private readonly environment: PickleEnvironment;
  private readonly memo = new Map<number, PickleValue>();
  /** Values since the last mark; `marked` keeps the stacks below it. */
  private stack: PickleValue[] = [];
  private readonly marked: PickleValue[][] = [];

  constructor(bytes: Uint8Array, environment: PickleEnvironment) {
    this.reader = new PickleReader(bytes);
    this.environment = environment;
  }

  run(): PickleValue {
    for (let count = 0; count < INSTRUCTION_LIMIT; count++) {
      const opcode = this.reader.readUint8();
      if (opcode === OPCODE.STOP) return this.pop();
      const value = this.makeValue(opcode);
      if (value === undefined) this.changeStack(opcode);
      else this.stack.push(value);
    }
    throw damagedPickle(`it has more than ${INSTRUCTION_LIMIT} instructions`);
  }

  /** The value that an instruction pushes, undefined when it is not of the pushing kind. */
  private makeValue(opcode: number): PickleValue | undefined {
    const { reader } = this;
    switch (opcode) {
      case OPCODE.NONE:
        return null;
      case OPCODE.NEWTRUE:
        return true;
      case OPCODE.NEWFALSE:
        return false;
      case OPCODE.BININT:
        return reader.readInt32();
      case OPCODE.BININT1:
        return reader.readUint8();
      case OPCODE.BININT2:
        return reader.readUint16();
      case OPCODE.LONG1:
        return reader.readLong(reader.readUint8());
      case OPCODE.LONG4:
        return reader.readLong(reader.readLength(4));
      case OPCODE.BINFLOAT:
        return reader.readFloat64BigEndian();

      case OPCODE.SHORT_BINUNICODE:
      case OPCODE.SHORT_BINSTRING:
        return reader.readText(reader.readUint8());
      case OPCODE.BINUNICODE:
      case OPCODE.BINSTRING:
        return reader.readText(reader.readLength(4));
      case OPCODE.BINUNICODE8:
        return reader.readText(reader.readLength(8));
      case OPCODE.SHORT_BINBYTES:
        return reader.readBytes(reader.readUint8());
      case OPCODE.BINBYTES:
        return reader.readBytes(reader.readLength(4));
      case OPCODE.BINBYTES8:
      case OPCODE.BYTEARRAY8:
        return reader.readBytes(reader.readLength(8));

      case OPCODE.EMPTY_LIST:
      case OPCODE.EMPTY_TUPLE:
        return [];
      case OPCODE.EMPTY_DICT:
        return new Map();
      case OPCODE.EMPTY_SET:
        return new Set();
      case OPCODE.TUPLE1:
        return this.popMany(1);
      case OPCODE.TUPLE2:
        return this.popMany(2);
      case OPCODE.TUPLE3:
        return this.popMany(3);
      case OPCODE.TUPLE:
        return this.popToMark();
      case OPCODE.FROZENSET:
        return new Set(this.popToMark());

      case OPCODE.DUP:
        return this.peek();
      case OPCODE.BINGET:
        return this.recall(reader.readUint8());
      case OPCODE.LONG_BINGET:
        return this.recall(reader.readLength(4));

      case OPCODE.GLOBAL:
        return this.findGlobal(reader.readLine(), reader.readLine());
      case OPCODE.STACK_GLOBAL: {
        const [module, name] = this.popMany(2);
        return this.findGlobal(module!, name!);
      }
      case OPCODE.REDUCE:
      case OPCODE.NEWOBJ: {
        const [callable, args] = this.popMany(2);
        return this.call(callable!, args!);
      }
      case OPCODE.NEWOBJ_EX: {
        const [callable, args] = this.popMany(3);
        return this.call(callable!, args!);
      }
      case OPCODE.BINPERSID:
        return this.environment.loadPersistent(this.pop());
      default:
        return undefined;
    }
  }

  private changeStack(opcode: number): void {
    const { reader } = this;
    switch (opcode) {
      case OPCODE.PROTO: {
        const protocol = reader.readUint8();
        if (protocol > HIGHEST_PROTOCOL) throw damagedPickle(`it is of the unknown protocol ${protocol}`);
        break;
      }
      case OPCODE.FRAME:
        reader.readLength(8);
        break;
      case OPCODE.APPEND:
        this.append(this.popMany(1));
        break;
      case OPCODE.APPENDS:
        this.append(this.popToMark());
        break;
      case OPCODE.SETITEM:
        this.setItems(this.popMany(2));
        break;
      case OPCODE.SETITEMS:
        this.setItems(this.popToMark());
        break;
      case OPCODE.ADDITEMS:
        this.addItems(this.popToMark());
        break;
      case OPCODE.BUILD: {
        // Attributes of an object (PyTorch hangs `_metadata` on its state dicts) say nothing of the weights.
        this.pop();
        const built = this.peek();
        if (!(built instanceof Map || built instanceof PickleObject)) {
          throw damagedPickle('it gives attributes to a plain value');
        }
        break;
      }
      case OPCODE.MARK:
        this.marked.push(this.stack);
        this.stack = [];
        break;
      case OPCODE.POP_MARK:
        this.popToMark();
        break;
      case OPCODE.POP:
        this.pop();
        break;
      case OPCODE.BINPUT:
        this.memo.set(reader.readUint8(), this.peek());
        break;
      case OPCODE.LONG_BINPUT:
        this.memo.set(reader.readLength(4), this.peek());
        break;
      case OPCODE.MEMOIZE:
        this.memo.set(this.memo.size, this.peek());
        break;
      default:
        throw damagedPickle(`it holds the unknown instruction 0x${opcode.toString(16).padStart(2, '0')}`);
    }
  }

  private pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw damagedPickle('it takes a value where none is');
    return value;
  }

  private peek(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw damagedPickle('it takes a value where none is');
    return value;
  }

  private popMany(count: number): PickleValue[] {
    if (this.stack.length < count) throw damagedPickle('it takes a value where none is');
    return this.stack.splice(-count);
  }

  private popToMark(): PickleValue[] {
    const values = this.stack;
    const below = this.marked.pop();
    if (!below) throw damagedPickle('it takes a mark where none is');
    this.stack = below;
    return values;
  }

  private recall(index: number): PickleValue {
    const value = this.memo.get(index);
    if (value === undefined) throw damagedPickle('it recalls a value that was never there');
    return value;
  }

  private append(values: readonly PickleValue[]): void {
    const list = this.peek();
    if (!Array.isArray(list)) throw damagedPickle('it appends to something that is no list');
    for (const value of values) list.push(value);
  }

  private addItems(values: readonly PickleValue[]): void {
    const set = this.peek();
    if (!(set instanceof Set)) throw damagedPickle('it adds to something that is no set');
    for (const value of values) set.add(value);
  }

  private setItems(pairs: readonly PickleValue[]): void {
    const dict = this.peek();
    if (!(dict instanceof Map)) throw damagedPickle('it sets an item of something that is no dictionary');
    if (pairs.length % 2 !== 0) throw damagedPickle('it sets a key without a value');
    for (let index = 0; index < pairs.length; index += 2) dict.set(pairs[index]!, pairs[index + 1]!);
  }

  private findGlobal(module: PickleValue, name: PickleValue): PickleGlobal {
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw damagedPickle('it names a function by something that is no text');
    }
    const found = this.environment.findGlobal(`${module}.${name}`);
    if (found) return found;
    throw new CovisError(
      'checkpoint',
      'pickle-refused',
      `The file asks to call ${makePrintable(`${module}.${name}`)}, which no plain checkpoint needs: nothing was ` +
        'run; use a file that holds only weights, such as torch.save(model.state_dict(), path) writes.',
    );
  }

  private call(callable: PickleValue, args: PickleValue): PickleValue {
    if (!(callable instanceof PickleGlobal)) throw damagedPickle('it calls something that is no function');
    if (!Array.isArray(args)) throw damagedPickle('it calls a function without a list of arguments');
    return callable.call(args);
  }
}

/** Reads little-endian numbers and text; running out of bytes is a failure with a name. */
class PickleReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder();
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readUint8(): number {
    return this.view.getUint8(this.advance(1));
  }

  readUint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  readInt32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  readFloat64BigEndian(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  readLength(width: 4 | 8): number {
    const start = this.advance(width);
    return width === 4 ? this.view.getUint32(start, true) : Number(this.view.getBigUint64(start, true));
  }

  readBytes(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  readText(length: number): string {
    return this.decoder.decode(this.readBytes(length));
  }

  readLine(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw damagedPickle('it ends early');
    const line = this.readText(end - this.position);
    this.position = end + 1;
    return line;
  }

  /** Two's complement, little-endian; a plain number where it fits exactly. */
  readLong(length: number): number | bigint {
    if (length > LONG_BYTES_LIMIT) throw damagedPickle(`it holds an integer of ${length} bytes`);
    let value = 0n;
    for (const byte of this.readBytes(length).toReversed()) value = (value << 8n) | BigInt(byte);
    value = BigInt.asIntN(length * 8, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  private advance(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) throw damagedPickle('it ends early');
    this.position = start + length;
    return start;
  }
}

/** Names come from the file: keep a message one readable line whatever they hold. */
function makePrintable(name: string): string {
  const printable = name.replace(/[^\x20-\x7e]/g, '?');
  return printable.length > 80 ? `${printable.slice(0, 80)}...` : printable;
}
