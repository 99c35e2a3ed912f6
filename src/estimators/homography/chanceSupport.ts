/**
 * Whether matches that agree do so by more than chance.
 *
 * Any four matches fit some homography exactly and, among thousands of wrong ones, the best of many samples
 * always gathers a few more: an inlier count alone proves nothing. The a-contrario test of Moisan and Stival
 * ("A probabilistic criterion to detect rigid point matches between two images", IJCV 2004) in the form of
 * Moulon, Monasse and Marlet (ACCV 2012) bounds the expected number of homographies with this much support
 * among matches that are pure chance.
 */

/** Natural logarithm of n over k. */
function logChoose(n: number, k: number): number {
  const smaller = Math.min(k, n - k);
  let sum = 0;
  for (let i = 1; i <= smaller; i++) sum += Math.log((n - smaller + i) / i);
  return sum;
}

/**
 * Decimal logarithm of the expected number of homographies with at least `inlierCount` inliers among
 * `matchCount` random matches; below 0 the support is more than chance.
 *
 * @param inlierCount at least 4, at most `matchCount`
 * @param hitProbability chance of a random match to fall within the threshold: the share of photo 1 (where
 *   matches lie) that a disc of that radius covers, at most 1
 */
export function logFalseAlarms(matchCount: number, inlierCount: number, hitProbability: number): number {
  const logCount =
    Math.log(matchCount - 4) +
    logChoose(matchCount, inlierCount) +
    logChoose(inlierCount, 4) +
    (inlierCount - 4) * Math.log(hitProbability);
  return logCount / Math.LN10;
}

/**
 * @param keypoints1 x, y pairs in pixels of photo 1
 * @param indices the distinct matches
 */
export function hitProbability(
  keypoints1: Float32Array,
  indices: ArrayLike<number>,
  thresholdPx: number,
): number {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < indices.length; k++) {
    const x = keypoints1[2 * indices[k]!]!;
    const y = keypoints1[2 * indices[k]! + 1]!;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const area = (right - left + 2 * thresholdPx) * (bottom - top + 2 * thresholdPx);
  return Math.min(1, (Math.PI * thresholdPx ** 2) / area);
}
