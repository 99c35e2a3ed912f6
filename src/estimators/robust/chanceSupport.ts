/**
 * Whether matches that agree do so by more than chance.
 *
 * Any minimal sample fits some model exactly and, among thousands of wrong matches, the best of many samples
 * always gathers a few more: an inlier count alone proves nothing. The a-contrario test of Moisan and Stival
 * ("A probabilistic criterion to detect rigid point matches between two images", IJCV 2004) in the form of
 * Moulon, Monasse and Marlet (ACCV 2012), with the binomial tail itself in place of their bound on it, gives the
 * expected number of models with this much support among matches that are pure chance.
 */

/** Natural logarithm of n over k. */
function logChoose(n: number, k: number): number {
  const smaller = Math.min(k, n - k);
  let sum = 0;
  for (let i = 1; i <= smaller; i++) sum += Math.log((n - smaller + i) / i);
  return sum;
}

/** Natural logarithm of the chance of at least k hits in n trials; 0, a bound, where k is no more than expected. */
function logTail(n: number, k: number, hitProbability: number): number {
  if (k <= n * hitProbability) return 0;
  const odds = hitProbability / (1 - hitProbability);
  // Over the chance of exactly k hits.
  let [sum, term] = [1, 1];
  for (let hits = k; hits < n && term > 1e-12 * sum; hits++) {
    term *= ((n - hits) / (hits + 1)) * odds;
    sum += term;
  }
  return (
    logChoose(n, k) + k * Math.log(hitProbability) + (n - k) * Math.log1p(-hitProbability) + Math.log(sum)
  );
}

/** What a minimal sample is and gives. */
export interface SampleKind {
  readonly sampleSize: number;
  /** Models that fit one sample, at most. */
  readonly mostModels: number;
}

/**
 * Decimal logarithm of the expected number of models with at least `inlierCount` inliers among `matchCount`
 * random matches; below 0 the support is more than chance.
 *
 * @param inlierCount at least the sample size, at most `matchCount`, which exceeds the sample size
 * @param hitProbability chance of a random match to fall within the threshold of a model, at most 1
 * @param mostTests decimal logarithm of how many models can have been tried, where that is known to be less than all
 * that samples of the matches give
 */
export function logFalseAlarms(
  matchCount: number,
  inlierCount: number,
  hitProbability: number,
  { sampleSize, mostModels }: SampleKind,
  mostTests = Infinity,
): number {
  const others = matchCount - sampleSize;
  const logModels = Math.log(mostModels * others) + logChoose(matchCount, sampleSize);
  return (
    Math.min(logModels / Math.LN10, mostTests) +
    logTail(others, inlierCount - sampleSize, hitProbability) / Math.LN10
  );
}

/** A minimal set of matches is never more than chance, but nothing contradicts it: it defines the answer. */
export function isMoreThanChance(
  matchCount: number,
  inlierCount: number,
  hitProbability: number,
  kind: SampleKind,
): boolean {
  if (inlierCount < kind.sampleSize) return false;
  if (matchCount === kind.sampleSize) return true;
  return logFalseAlarms(matchCount, inlierCount, hitProbability, kind) < 0;
}

/** Sides of the box around `points` (x, y pairs) at `indices`, widened by `margin` on all sides. */
function boxAround(points: Float32Array, indices: ArrayLike<number>, margin: number) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < indices.length; k++) {
    const x = points[2 * indices[k]!]!;
    const y = points[2 * indices[k]! + 1]!;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { width: right - left + 2 * margin, height: bottom - top + 2 * margin };
}

/**
 * Chance of a random match to lie within the threshold of the point where a map puts it: the share of photo 1
 * (where matches lie) that a disc of that radius covers.
 *
 * @param keypoints1 x, y pairs in pixels of photo 1
 * @param indices the distinct matches
 */
export function chanceOfPoint(
  keypoints1: Float32Array,
  indices: ArrayLike<number>,
  thresholdPx: number,
): number {
  const { width, height } = boxAround(keypoints1, indices, thresholdPx);
  return Math.min(1, (Math.PI * thresholdPx ** 2) / (width * height));
}

/**
 * Chance of a random match to have a Sampson distance within the threshold: the share that a strip along the
 * longest line covers, in the photo where that is larger. A Sampson distance of one pixel is 1.4 pixels from
 * the line in either photo where both show the scene at one scale.
 */
export function chanceOfLine(
  keypoints0: Float32Array,
  keypoints1: Float32Array,
  indices: ArrayLike<number>,
  thresholdPx: number,
): number {
  const distance = Math.SQRT2 * thresholdPx;
  const shares = [keypoints0, keypoints1].map((points) => {
    const { width, height } = boxAround(points, indices, distance);
    return (2 * distance * Math.hypot(width, height)) / (width * height);
  });
  return Math.min(1, Math.max(...shares));
}

/** Matches put together at random to see how often these agree. */
const randomPairings = 20_000;

/**
 * Share of wrong matches that agree with one very model: points of photo 0 put together with those that belong to others in
 * photo 1. It is larger than what the model's shape alone gives where points crowd, around epipoles in the picture, where all
 * lines meet, and under a homography that draws much of photo 0 together into a spot where many matches end.
 *
 * @param indices the distinct matches
 * @param agrees whether the point of one match in photo 0 and that of another in photo 1 agree with the model
 */
export function measureChance(
  indices: Int32Array,
  agrees: (index0: number, index1: number) => boolean,
): number {
  const count = indices.length;
  const rounds = Math.min(count - 1, Math.ceil(randomPairings / count));
  let agreeing = 0;
  for (let round = 1; round <= rounds; round++) {
    const shift = Math.ceil((round * (count - 1)) / rounds);
    indices.forEach((index, k) => {
      if (agrees(index, indices[(k + shift) % count]!)) agreeing++;
    });
  }
  return agreeing / (rounds * count);
}
