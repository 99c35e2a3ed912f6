/** What weights of our own say of their network in the `covis.config` metadata: all that tensor shapes leave open. */
import type { NamedTensors } from '../checkpoint/namedTensors.ts';
import { CovisError } from '../reporting/covisError.ts';

export type NetworkDescription = Readonly<Record<string, unknown>>;

/**
 * @returns null where the file describes nothing
 * @throws CovisError `bad-config` for text that is no JSON object or that describes another architecture
 */
export function readDescription(
  { metadata }: NamedTensors,
  architecture: 'loftr' | 'dkm',
): NetworkDescription | null {
  const text = metadata['covis.config'];
  if (text === undefined) return null;
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw badConfig('it is no JSON');
  }
  const description = objectAt(root, 'the whole');
  if (description.architecture !== architecture) throw badConfig(`its architecture is not "${architecture}"`);
  return description;
}

export function objectAt(value: unknown, where: string): NetworkDescription {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badConfig(`${where} is not an object`);
  }
  // JSON objects have string keys only.
  return value as NetworkDescription;
}

export function badConfig(problem: string): CovisError {
  return new CovisError(
    'network',
    'bad-config',
    `The description of the network in the weights file cannot be used: ${problem}; choose another file.`,
  );
}
