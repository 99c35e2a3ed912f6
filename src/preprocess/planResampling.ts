/**
 * The weights of a separable antialiased resize: Keys' cubic (a = -1/2, "Cubic convolution interpolation for
 * digital image processing", 1981), stretched by a reduction, the filter that Pillow and PyTorch call
 * "bicubic" with antialiasing and that DKM's authors use. It is a polynomial, so every JavaScript engine
 * computes the same weights to the last bit, and the page and the terminal see the same picture.
 *
 * Beyond its edges the source is continued by its outermost pixel, which also fills the padding.
 */

export interface ResamplingPlan {
  /** First source sample of each target sample, never falling. */
  readonly starts: Int32Array;
  /** Target sample t takes its weights from `offsets[t]` up to `offsets[t + 1]`. */
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
}

const SUPPORT = 2;

function keysCubic(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  if (d < SUPPORT) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
  return 0;
}

/**
 * Target sample t lies at (t + 0.5) / scale - 0.5 of the source. Weights of each target sample add up to 1.
 *
 * @param scale target samples a source sample
 */
export function planResampling(sourceLength: number, targetLength: number, scale: number): ResamplingPlan {
  const starts = new Int32Array(targetLength);
  const offsets = new Int32Array(targetLength + 1);
  const weights: number[] = [];
  const last = sourceLength - 1;
  // A reduction widens the filter to what a target sample covers; an enlargement interpolates as it is.
  const stretch = Math.min(scale, 1);
  for (let target = 0; target < targetLength; target++) {
    const centre = (target + 0.5) / scale - 0.5;
    const low = Math.ceil(centre - SUPPORT / stretch);
    const high = Math.floor(centre + SUPPORT / stretch);
    const start = Math.min(Math.max(low, 0), last);
    const own = new Float64Array(Math.min(Math.max(high, 0), last) - start + 1);
    let total = 0;
    for (let sample = low; sample <= high; sample++) {
      const weight = keysCubic((sample - centre) * stretch);
      own[Math.min(Math.max(sample, 0), last) - start]! += weight;
      total += weight;
    }
    // Zero weights at the ends only cost time; at scale 1 a single weight of 1 is left.
    let [first, end] = [0, own.length];
    while (end - first > 1 && own[first] === 0) first++;
    while (end - first > 1 && own[end - 1] === 0) end--;
    starts[target] = start + first;
    for (let k = first; k < end; k++) weights.push(own[k]! / total);
    offsets[target + 1] = weights.length;
  }
  return { starts, offsets, weights: Float64Array.from(weights) };
}
