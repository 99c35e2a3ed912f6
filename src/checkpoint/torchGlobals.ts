/**
 * What a PyTorch checkpoint may name: tensors and the storages under them, dictionaries, and a short list of
 * harmless things that training tools leave beside the weights.
 *
 * Nothing here computes: the harmless things become inert objects that only know what they would have been.
 * Argument orders follow `torch/_utils.py` and `torch/_tensor.py`.
 */

import { CovisError } from '../reporting/covisError.ts';
import type { CheckpointDtype } from './namedTensors.ts';
import { damagedPickle, PickleGlobal, PickleObject, type PickleValue } from './pickle.ts';

/** More axes than PyTorch itself allows; bounds the work per tensor. */
const AXES_LIMIT = 64;

/** A class such as `torch.FloatStorage`: only its element type matters. */
export class TorchStorageType extends PickleGlobal {
  readonly dtype: CheckpointDtype;

  constructor(name: string, dtype: CheckpointDtype) {
    super(name, refuseCall(name));
    this.dtype = dtype;
  }
}

/** A block of bytes that tensors share, by its key in the archive. */
export class TorchStorage extends PickleObject {
  readonly dtype: CheckpointDtype;
  readonly key: string;

  constructor(dtype: CheckpointDtype, key: string) {
    super('torch.storage');
    this.dtype = dtype;
    this.key = key;
  }
}

export class TorchTensor extends PickleObject {
  readonly storage: TorchStorage;
  /** Offset and strides in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super('torch.Tensor');
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

const STORAGE_DTYPES: Readonly<Record<string, CheckpointDtype>> = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/**
 * Classes and functions whose results are kept as inert objects: options, numbers and bookkeeping of training
 * frameworks. Some are only named (types as keys or factories), some are called.
 */
const INERT_NAMES = [
  'argparse.Namespace',
  'collections.Counter',
  'datetime.datetime',
  'datetime.timedelta',
  'pathlib.Path',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  'pathlib.PurePosixPath',
  '_codecs.encode',
  'numpy.dtype',
  'numpy.ndarray',
  'numpy.core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  'torch.device',
  ...['float32', 'float16', 'bfloat16', 'float64', 'int64', 'int32', 'uint8', 'bool'].map(
    (dtype) => `torch.${dtype}`,
  ),
  'torch.Tensor',
  'torch.nn.parameter.Parameter',
  // Protocol 2 writes Python 2's module name.
  ...['builtins', '__builtin__'].flatMap((module) =>
    ['set', 'frozenset', 'list', 'dict', 'int', 'float', 'str', 'bool', 'bytearray', 'complex'].map(
      (name) => `${module}.${name}`,
    ),
  ),
  'pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint',
  'pytorch_lightning.callbacks.early_stopping.EarlyStopping',
  'pytorch_lightning.callbacks.lr_monitor.LearningRateMonitor',
];

/** Subclasses of dict: their items are read like any dictionary's. */
const DICTIONARY_NAMES = [
  'collections.OrderedDict',
  'collections.defaultdict',
  'yacs.config.CfgNode',
  'pytorch_lightning.utilities.parsing.AttributeDict',
];

const GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  [
    ...Object.entries(STORAGE_DTYPES).flatMap(([storage, dtype]) =>
      ['torch', 'torch.cuda'].map((module) => new TorchStorageType(`${module}.${storage}`, dtype)),
    ),
    ...INERT_NAMES.map((name) => new PickleGlobal(name, () => new PickleObject(name))),
    ...DICTIONARY_NAMES.map((name) => new PickleGlobal(name, createDictionary)),
    new PickleGlobal('torch.Size', (args) => args[0] ?? []),
    new PickleGlobal('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleGlobal('torch._utils._rebuild_parameter', rebuildParameter),
    new PickleGlobal('torch._utils._rebuild_parameter_with_state', rebuildParameter),
    new PickleGlobal('torch._tensor._rebuild_from_type_v2', rebuildFromType),
  ].map((global) => [global.name, global]),
);

const ANY_STORAGE = /^torch\.(cuda\.)?[A-Za-z0-9]+Storage$/;

/**
 * The whitelist of torch checkpoints, for `unpickle`.
 * @throws CovisError `checkpoint-unsupported-dtype` for storages of element types that no network here has
 */
export function findTorchGlobal(name: string): PickleGlobal | undefined {
  const found = GLOBALS.get(name);
  if (found || !ANY_STORAGE.test(name)) return found;
  throw new CovisError(
    'checkpoint',
    'checkpoint-unsupported-dtype',
    `The checkpoint holds tensors of type ${name}, which cannot be read: save the weights as float32 or float16.`,
  );
}

/** A defaultdict is called with its factory, which is never used: keys that are absent stay absent. */
function createDictionary(args: readonly PickleValue[]): PickleValue {
  if (args.length > 1 || Array.isArray(args[0]))
    throw damagedPickle('it makes a dictionary in an unknown way');
  return new Map();
}

/** (storage, offset, shape, strides, requiresGrad, backwardHooks, metadata?) */
function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[]): PickleValue {
  if (!(storage instanceof TorchStorage)) throw damagedPickle('it makes a tensor out of something else');
  if (typeof offset !== 'number' || !isNumberList(shape) || !isNumberList(strides)) {
    throw damagedPickle('it makes a tensor whose shape is no list of numbers');
  }
  return new TorchTensor(storage, offset, shape, strides);
}

/** (tensor, requiresGrad, backwardHooks, state?) */
function rebuildParameter([tensor]: readonly PickleValue[]): PickleValue {
  if (!(tensor instanceof TorchTensor)) throw damagedPickle('it makes a parameter out of something else');
  return tensor;
}

/** (function, type, arguments, state): how PyTorch writes a tensor that carries Python attributes. */
function rebuildFromType([rebuild, , args]: readonly PickleValue[]): PickleValue {
  if (!(rebuild instanceof PickleGlobal) || rebuild.call !== rebuildTensor || !Array.isArray(args)) {
    throw damagedPickle('it makes a tensor in an unknown way');
  }
  return rebuildTensor(args);
}

function refuseCall(name: string): () => never {
  return () => {
    throw damagedPickle(`it calls ${name}`);
  };
}

function isNumberList(value: PickleValue | undefined): value is number[] {
  return (
    Array.isArray(value) && value.length <= AXES_LIMIT && value.every((item) => typeof item === 'number')
  );
}
