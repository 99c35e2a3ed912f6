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
  // Open addressing over the bits of the coordinates: no string or object a match, as this runs at each move
  // of a slider.
  const bits0 = new Uint32Array(keypoints0.buffer, keypoints0.byteOffset, keypoints0.length);
  const bits1 = new Uint32Array(keypoints1.buffer, keypoints1.byteOffset, keypoints1.length);
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1))).fill(-1);
  const indices = new Int32Array(count);
  let found = 0;
  for (let i = 0; i < count; i++) {
    const [x, y] = [2 * i, 2 * i + 1];
    // A sum is finite only when every term is.
    if (!Number.isFinite(keypoints0[x]! + keypoints0[y]! + keypoints1[x]! + keypoints1[y]!)) continue;
    let hash = Math.imul(bits0[x]!, 0x85ebca6b) ^ Math.imul(bits0[y]!, 0xc2b2ae35);
    hash ^= Math.imul(bits1[x]!, 0x27d4eb2f) ^ Math.imul(bits1[y]!, 0x165667b1);
    let slot = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 1;
    for (;;) {
      slot &= slots.length - 1;
      const other = slots[slot]!;
      if (other < 0) {
        slots[slot] = i;
        indices[found++] = i;
        break;
      }
      const same =
        keypoints0[x] === keypoints0[2 * other] &&
        keypoints0[y] === keypoints0[2 * other + 1] &&
        keypoints1[x] === keypoints1[2 * other] &&
        keypoints1[y] === keypoints1[2 * other + 1];
      if (same) break;
      slot++;
    }
  }
  return indices.slice(0, found);
}
