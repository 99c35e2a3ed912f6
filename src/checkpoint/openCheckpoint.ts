/**
 * A checkpoint file of any supported kind becomes named tensors.
 *
 * The kind is read from the bytes, never from the name: people rename files, and downloads save error pages
 * under the name of the weights.
 */

import { CovisError } from '../reporting/covisError.ts';
import type { NamedTensors } from './namedTensors.ts';
import { readSafetensors, startsLikeSafetensors } from './safetensors.ts';
import { stripNamePrefix } from './stripNamePrefix.ts';
import { readTorchZip } from './torchZip.ts';
import { startsLikeZip } from './zip.ts';

/** Kinds that people mistake for weights, by their first bytes, and what to do about each. */
const KNOWN_STRANGERS: ReadonlyArray<{ isMet: (bytes: Uint8Array) => boolean; message: string }> = [
  {
    isMet: (bytes) => /^\s*<(!doctype|html|head|\?xml|!--)/i.test(readStart(bytes)),
    message:
      'is a web page, not weights: the link led to a page instead of the file; open it in the browser and download the file itself.',
  },
  {
    isMet: (bytes) => readStart(bytes).startsWith('version https://git-lfs'),
    message: 'is a Git LFS pointer, not the weights it points to: fetch them with git lfs pull.',
  },
  {
    isMet: (bytes) => startsWith(bytes, [0x08]) && bytes[1]! < 0x20 && [0x12, 0x1a, 0x3a].includes(bytes[2]!),
    message:
      'is an ONNX graph: Covis builds its graphs itself and needs the original weights (.ckpt, .pth, .pt or .safetensors).',
  },
  {
    isMet: (bytes) => startsWith(bytes, [0x89, 0x48, 0x44, 0x46]),
    message: 'is an HDF5 file, not PyTorch weights: choose a .ckpt, .pth, .pt or .safetensors file.',
  },
  {
    isMet: (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff]) || startsWith(bytes, [0x89, 0x50, 0x4e, 0x47]),
    message: 'is a picture, not weights: choose a .ckpt, .pth, .pt or .safetensors file.',
  },
];

/** How `torch.save` began before PyTorch 1.6: protocol 2 and the magic number 0x1950a86a20f9469cfc6c. */
const LEGACY_TORCH_MAGIC = [
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
];

/**
 * Opens the weights; prefixes of training wrappers are taken off the names. The tensors keep views of `bytes`.
 * @param fileName only for messages
 * @throws CovisError of stage `checkpoint`: `checkpoint-empty`, `checkpoint-unknown-format`,
 *   `checkpoint-legacy`, or whatever the reader of the format finds wrong
 */
export function openCheckpoint(bytes: Uint8Array, fileName?: string): NamedTensors {
  return stripNamePrefix(readCheckpoint(bytes, fileName));
}

function readCheckpoint(bytes: Uint8Array, fileName: string | undefined): NamedTensors {
  const file = fileName === undefined ? 'The file' : `"${fileName}"`;
  if (bytes.length === 0) {
    throw new CovisError('checkpoint', 'checkpoint-empty', `${file} is empty: get it again.`);
  }
  if (startsLikeZip(bytes)) return readTorchZip(bytes);
  if (startsLikeSafetensors(bytes)) return readSafetensors(bytes);
  if (startsWith(bytes, LEGACY_TORCH_MAGIC)) {
    throw new CovisError(
      'checkpoint',
      'checkpoint-legacy',
      `${file} is in the format of PyTorch before 1.6: save it again in Python with ` +
        "torch.save(torch.load('FILE', map_location='cpu', weights_only=True), 'weights.pth').",
    );
  }
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5) {
    throw unknownFormat(
      `${file} is a bare Python pickle, not a checkpoint: save the weights with torch.save(model.state_dict(), path).`,
    );
  }
  for (const { isMet, message } of KNOWN_STRANGERS) {
    if (isMet(bytes)) throw unknownFormat(`${file} ${message}`);
  }
  throw unknownFormat(
    `${file} holds no weights that Covis can read: choose a PyTorch checkpoint (.ckpt, .pth, .pt) or a .safetensors file.`,
  );
}

function unknownFormat(message: string): CovisError {
  return new CovisError('checkpoint', 'checkpoint-unknown-format', message);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** The first bytes as text; TextDecoder drops a byte order mark. */
function readStart(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 64));
}
