/**
 * The weights of a separable antialiased resize. Enlargements, and reductions unless another filter is asked for,
 * use Keys' cubic (a = -1/2, "Cubic convolution interpolation for digital image processing", 1981), stretched by a
 * reduction, the filter that Pillow and PyTorch call "bicubic" with antialiasing and that DKM's authors use. It is a
 * polynomial, so every JavaScript engine computes the same weights to the last bit, and the page and the terminal
 * see the same picture. So is the area filter; Lanczos may differ in the last bit of a sine.
 *
 * Beyond its edges the source is continued by its outermost pixel, which also fills the padding.
 */

import type { ResamplingFilter } from './preprocessing.ts';

export interface ResamplingPlan {
  /** First source sample of each target sample, never falling. */
  readonly starts: Int32Array;
  /** Target sample t takes its weights from `offsets[t]` up to `offsets[t + 1]`. */
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
}

/** The weight of a source sample by its distance from the target's centre, both in source samples. */
interface Filter {
  /** @param stretch target samples a source sample, at most 1 */
  readonly reach: (stretch: number) => number;
  readonly weigh: (distance: number, stretch: number) => number;
}

const filters: Readonly<Record<ResamplingFilter, Filter>> = {
  cubic: stretched(2, (d) => {
    if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
    return ((-0.5 * d + 2.5) * d - 4) * d + 2;
  }),
  /** The part of the source sample that the target sample covers, as in OpenCV's INTER_AREA. */
  area: {
    reach: (stretch) => 0.5 / stretch + 0.5,
    weigh: (distance, stretch) => Math.min(1, Math.max(0, 0.5 / stretch + 0.5 - Math.abs(distance))),
  },
  /** Three lobes, as in Pillow and PyTorch. */
  lanczos: stretched(3, (d) => sinc(d) * sinc(d / 3)),
};

/** @param kernel of an absolute distance below `support`, in target samples */
function stretched(support: number, kernel: (distance: number) => number): Filter {
  return {
    reach: (stretch) => support / stretch,
    weigh(distance, stretch) {
      const d = Math.abs(distance * stretch);
      return d < support ? kernel(d) : 0;
    },
  };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * Target sample t lies at (t + 0.5) / scale - 0.5 of the source. Weights of each target sample add up to 1.
 *
 * @param scale target samples a source sample
 * @param filter of a reduction
 */
export function planResampling(
  sourceLength: number,
  targetLength: number,
  scale: number,
  filter: ResamplingFilter = 'cubic',
): ResamplingPlan {
  const { reach, weigh } = filters[scale < 1 ? filter : 'cubic'];
  const starts = new Int32Array(targetLength);
  const offsets = new Int32Array(targetLength + 1);
  const weights: number[] = [];
  const last = sourceLength - 1;
  // A reduction widens the filter to what a target sample covers; an enlargement interpolates as it is.
  const stretch = Math.min(scale, 1);
  for (let target = 0; target < targetLength; target++) {
    const centre = (target + 0.5) / scale - 0.5;
    const low = Math.ceil(centre - reach(stretch));
    const high = Math.floor(centre + reach(stretch));
    const start = Math.min(Math.max(low, 0), last);
    const own = new Float64Array(Math.min(Math.max(high, 0), last) - start + 1);
    let total = 0;
    for (let sample = low; sample <= high; sample++) {
      const weight = weigh(sample - centre, stretch);
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
