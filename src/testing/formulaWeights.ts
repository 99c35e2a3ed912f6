/**
 * Weights that are a formula instead of a file: every tensor is filled from its own name, so that a network
 * of any size can be held against its reference without a checkpoint having to travel.
 *
 * The reference tensors in `fixtures/reference` were computed by the authors' PyTorch code with exactly these
 * values. Element k of a tensor is a 32-bit integer hash of fnv1a(name) + k * 2654435761, spread to [-1, 1)
 * and scaled by the role of the tensor (normalisation statistics near 1, matrices by their fan-in).
 */

import type { CheckpointTensor, NamedTensors } from '../checkpoint/namedTensors.ts';

/** Tensor name to shape, as in the `*.shapes.json` beside the reference tensors. */
export type TensorShapes = Readonly<Record<string, readonly number[]>>;

/** Gain of the matrices; DKM also halves its output layers. */
const GAIN = { loftr: 0.7, dkm: 0.5 } as const;

/** Values are computed at each `toFloat32`, so that nothing is held for tensors nobody asks for. */
export function formulaWeights(shapes: TensorShapes, network: keyof typeof GAIN = 'loftr'): NamedTensors {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, shape] of Object.entries(shapes)) {
    const { offset, scale } = findRange(name, shape, network);
    tensors.set(name, {
      name,
      shape,
      dtype: name.endsWith('.num_batches_tracked') ? 'int64' : 'float32',
      toFloat32: () => fillFromHash(shape, fnv1a32(name), offset, scale),
    });
  }
  return { tensors, metadata: {} };
}

/** FNV-1a, 32 bits, of the UTF-8 bytes. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function findRange(
  name: string,
  shape: readonly number[],
  network: keyof typeof GAIN,
): { offset: number; scale: number } {
  if (name.endsWith('.running_mean')) return { offset: 0, scale: 0.1 };
  if (name.endsWith('.running_var')) return { offset: 1, scale: 0.3 };
  if (name.endsWith('.num_batches_tracked')) return { offset: 0, scale: 0 };
  // The reference halves DKM's output layers whatever their rank, after the range is chosen.
  const isHalved = network === 'dkm' && (name.includes('.out_conv.') || name.includes('terminal_module'));
  const factor = isHalved ? 0.5 : 1;
  if (shape.length === 1 && name.endsWith('weight')) return { offset: factor, scale: 0.2 * factor };
  if (shape.length < 2) return { offset: 0, scale: 0.05 * factor };
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  return { offset: 0, scale: Math.sqrt((6 * GAIN[network]) / fanIn) * factor };
}

function fillFromHash(shape: readonly number[], seed: number, offset: number, scale: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  // The two integer constants of the formula are folded: the state of element k is seed + k * step.
  let state = (seed + 0x9e3779b9) | 0;
  for (let index = 0; index < values.length; index++) {
    let hash = state ^ (state >>> 16);
    hash = Math.imul(hash, 0x21f0aaad);
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    values[index] = offset + ((hash / 0x1_0000_0000) * 2 - 1) * scale;
    state = (state + 2654435761) | 0;
  }
  return values;
}
