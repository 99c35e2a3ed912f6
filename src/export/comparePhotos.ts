/** Whether the photos at hand are the ones a match file was made from. */
import type { PhotoIdentity } from '../pipeline/pairResult.ts';

type Pair<T> = readonly [T, T];

export type PhotoComparison =
  /** Byte for byte. */
  | { readonly verdict: 'same' }
  /**
   * `same-size`: other files whose coordinates fit (such as the same picture saved again).
   * `swapped`: the right photos in the wrong places. `different`: the matches would point nowhere.
   * The message is one sentence for the person.
   */
  | { readonly verdict: 'same-size' | 'swapped' | 'different'; readonly message: string };

/**
 * @param expected the photos a match file names
 * @param present the photos that are open
 */
export function comparePhotos(expected: Pair<PhotoIdentity>, present: Pair<PhotoIdentity>): PhotoComparison {
  const sameFile = (a: PhotoIdentity, b: PhotoIdentity) => a.sha256 === b.sha256;
  const sameSize = (a: PhotoIdentity, b: PhotoIdentity) => a.width === b.width && a.height === b.height;
  if (sameFile(expected[0], present[0]) && sameFile(expected[1], present[1])) return { verdict: 'same' };
  if (sameFile(expected[0], present[1]) && sameFile(expected[1], present[0])) {
    return {
      verdict: 'swapped',
      message: 'The match file has these two photos the other way round: swap them.',
    };
  }
  for (const k of [0, 1] as const) {
    if (sameFile(expected[k], present[k]) || sameSize(expected[k], present[k])) continue;
    return {
      verdict: 'different',
      message: `The match file was made from ${describe(expected[k])}, not ${describe(present[k])}: open that photo to see its matches.`,
    };
  }
  const changed = sameFile(expected[0], present[0]) ? 1 : 0;
  return {
    verdict: 'same-size',
    message: `“${present[changed].name}” is not the file that the match file was made from, only one of the same size: check that the matches fit.`,
  };
}

function describe({ name, width, height }: PhotoIdentity): string {
  return `“${name}” (${width} × ${height})`;
}
