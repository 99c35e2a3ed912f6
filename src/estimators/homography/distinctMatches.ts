/**
 * The matches that carry information of their own. A match listed twice is still one observation: repeated it
 * would fake support and spoil minimal samples.
 */

/**
 * @param keypoints0 N points as x, y pairs
 * @param keypoints1 N points as x, y pairs
 * @returns the first index of every distinct match with finite coordinates, in the given order
 */
export function distinctMatches(keypoints0: Float32Array, keypoints1: Float32Array): Int32Array {
  const count = keypoints0.length / 2;
  const seen = new Set<string>();
  const indices: number[] = [];
  for (let i = 0; i < count; i++) {
    const x0 = keypoints0[2 * i]!;
    const y0 = keypoints0[2 * i + 1]!;
    const x1 = keypoints1[2 * i]!;
    const y1 = keypoints1[2 * i + 1]!;
    // A sum is finite only when every term is.
    if (!Number.isFinite(x0 + y0 + x1 + y1)) continue;
    const size = seen.size;
    if (seen.add(`${x0},${y0},${x1},${y1}`).size > size) indices.push(i);
  }
  return Int32Array.from(indices);
}
