/** How checkpoints that hold something else, or not all of a network, are refused: alike for every network. */
import type { NamedTensors } from '../checkpoint/namedTensors.ts';
import { CovisError } from '../reporting/covisError.ts';

export interface Refusals {
  otherNetwork(evidence: string): CovisError;
  missing(tensor: string): CovisError;
  wrongShape(tensor: string, expected: string, found: readonly number[]): CovisError;
}

/**
 * @param network with its article, such as "a LoFTR"
 * @param checkpoint what to choose instead, such as "LoFTR checkpoint"
 */
export function createRefusals(network: string, checkpoint: string): Refusals {
  const refuse = (code: string, sentence: string) => new CovisError('network', code, sentence);
  return {
    otherNetwork: (evidence) =>
      refuse(
        'other-network',
        `The weights are not those of ${network}: ${evidence}; choose a ${checkpoint}.`,
      ),
    missing: (tensor) =>
      refuse('missing-tensor', `The weights lack the tensor "${tensor}"; choose a complete ${checkpoint}.`),
    wrongShape: (tensor, expected, found) =>
      refuse(
        'wrong-shape',
        `The tensor "${tensor}" has the shape [${found.join(', ')}] where this network needs ${expected}; choose a ${checkpoint} whose parts belong together.`,
      ),
  };
}

/** @throws CovisError `missing-tensor` or `wrong-shape` for the first tensor that is not as expected */
export function requireShapes(
  { tensors }: NamedTensors,
  expected: Iterable<readonly [name: string, shape: readonly number[]]>,
  refusals: Refusals,
): void {
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (!tensor) throw refusals.missing(name);
    if (tensor.shape.join() !== shape.join()) {
      throw refusals.wrongShape(name, `the shape [${shape.join(', ')}]`, tensor.shape);
    }
  }
}

/** How many tensors there are whose names count up from zero. */
export function countNumbered({ tensors }: NamedTensors, nameOf: (index: number) => string): number {
  let count = 0;
  while (tensors.has(nameOf(count))) count++;
  return count;
}
