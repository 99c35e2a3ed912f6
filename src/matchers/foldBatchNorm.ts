/** Batch normalisation at inference is an affine map, which the convolution before it can do as well. */

/** PyTorch's default, of batch and of layer normalisation. */
export const normEpsilon = 1e-5;

export interface BatchNorm {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/**
 * One convolution that does what a convolution and the batch normalisation behind it do, computed in float64.
 * @param weight [D, ...], one filter after the other
 * @param ownBias [D], the convolution's own; null for none
 */
export function foldBatchNorm(
  weight: Float32Array,
  norm: BatchNorm,
  ownBias: Float32Array | null = null,
): { weight: Float32Array; bias: Float32Array } {
  const filters = norm.scale.length;
  const filterLength = weight.length / filters;
  const folded = new Float32Array(weight.length);
  const bias = new Float32Array(filters);
  for (let d = 0; d < filters; d++) {
    const gain = norm.scale[d]! / Math.sqrt(norm.variance[d]! + normEpsilon);
    bias[d] = norm.shift[d]! + ((ownBias?.[d] ?? 0) - norm.mean[d]!) * gain;
    for (let k = d * filterLength; k < (d + 1) * filterLength; k++) folded[k] = weight[k]! * gain;
  }
  return { weight: folded, bias };
}
