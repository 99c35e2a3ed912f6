/**
 * Reads what `torch.save` writes since PyTorch 1.6: a zip of one pickle (`data.pkl`), which describes the
 * tensors, and one stored entry per storage (`data/0`, `data/1`, ...), which tensors view by offset and
 * strides. Follows `torch/serialization.py`.
 */

import { CovisError } from '../reporting/covisError.ts';
import type { CheckpointTensor, NamedTensors } from './namedTensors.ts';
import { damagedPickle, type PickleValue, unpickle } from './pickle.ts';
import { createStoredTensor } from './storedTensor.ts';
import { findTorchGlobal, TorchStorage, TorchStorageType, TorchTensor } from './torchGlobals.ts';
import { openZip, type ZipArchive } from './zip.ts';

const PICKLE_ENTRY = /^(.*\/)?data\.pkl$/;

/** Keys under which training scripts keep the weights beside optimiser and epoch, the likeliest first. */
const STATE_DICT_KEYS = ['state_dict', 'model_state_dict', 'model'];
const DEEPEST_NESTING = 3;

/**
 * The tensors of the checkpoint's state dict. Stored entries are never copied.
 * @throws CovisError `zip-*`, `pickle-*`, `checkpoint-damaged`, `checkpoint-torchscript`,
 *   `checkpoint-big-endian`, `checkpoint-no-tensors` or `checkpoint-unknown-format`
 */
export function readTorchZip(bytes: Uint8Array): NamedTensors {
  const archive = openZip(bytes);
  const folder = findFolder(archive);
  checkByteOrder(archive, folder);
  const root = unpickle(archive.read(`${folder}data.pkl`), {
    findGlobal: findTorchGlobal,
    loadPersistent,
  });
  const stateDict = findStateDict(root, DEEPEST_NESTING);
  if (!stateDict) {
    throw new CovisError(
      'checkpoint',
      'checkpoint-no-tensors',
      'The checkpoint holds no dictionary of tensors: save the weights with torch.save(model.state_dict(), path).',
    );
  }
  const readStorage = shareStorages(archive, folder);
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, value] of stateDict) {
    if (typeof name !== 'string' || !(value instanceof TorchTensor)) continue;
    const { offset, shape, strides } = value;
    const { dtype } = value.storage;
    const storage = readStorage(value.storage);
    tensors.set(name, createStoredTensor({ name, dtype, shape, strides, offset, storage }));
  }
  return { tensors, metadata: {} };
}

/** The folder that holds `data.pkl`, with its slash: `archive/`, or the name the file was saved under. */
function findFolder(archive: ZipArchive): string {
  const pickleName = archive.names.find((name) => PICKLE_ENTRY.test(name));
  if (pickleName === undefined) {
    const isNumpy = archive.names.some((name) => name.endsWith('.npy'));
    throw new CovisError(
      'checkpoint',
      'checkpoint-unknown-format',
      `The file is ${isNumpy ? 'a NumPy archive' : 'a zip archive'}, not a PyTorch checkpoint: ` +
        'choose a .ckpt, .pth, .pt or .safetensors file.',
    );
  }
  const folder = pickleName.slice(0, -'data.pkl'.length);
  if (archive.has(`${folder}constants.pkl`)) {
    throw new CovisError(
      'checkpoint',
      'checkpoint-torchscript',
      'The file is a TorchScript program, not plain weights: save them in Python with ' +
        "torch.save(torch.jit.load('FILE').state_dict(), 'weights.pth').",
    );
  }
  return folder;
}

function checkByteOrder(archive: ZipArchive, folder: string): void {
  const entry = `${folder}byteorder`;
  if (!archive.has(entry)) return;
  const order = new TextDecoder().decode(archive.read(entry));
  if (order === 'little') return;
  throw new CovisError(
    'checkpoint',
    'checkpoint-big-endian',
    'The checkpoint was not written in little-endian byte order: save it again on an ordinary computer.',
  );
}

/** `('storage', type, key, location, elementCount)`; the location (`cuda:0`) is of no interest here. */
function loadPersistent(id: PickleValue): PickleValue {
  const [kind, type, key] = Array.isArray(id) ? id : [];
  if (kind !== 'storage' || !(type instanceof TorchStorageType) || typeof key !== 'string') {
    throw damagedPickle('it refers to something that is no storage');
  }
  return new TorchStorage(type.dtype, key);
}

function findStateDict(value: PickleValue | undefined, depth: number): Map<PickleValue, PickleValue> | null {
  if (!(value instanceof Map) || depth === 0) return null;
  for (const key of STATE_DICT_KEYS) {
    const nested = findStateDict(value.get(key), depth - 1);
    if (nested) return nested;
  }
  for (const item of value.values()) if (item instanceof TorchTensor) return value;
  return null;
}

/** Tensors that share a storage share its bytes, even where the entry had to be inflated. */
function shareStorages(archive: ZipArchive, folder: string): (storage: TorchStorage) => Uint8Array {
  const read = new Map<string, Uint8Array>();
  return ({ key }) => {
    const bytes = read.get(key) ?? archive.read(`${folder}data/${key}`);
    read.set(key, bytes);
    return bytes;
  };
}
