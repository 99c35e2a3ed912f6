/**
 * Whether points spread over an area. Points on one line (or spot) leave a homography open: infinitely many
 * fit them equally well, and noise alone picks one.
 */

interface Spread {
  readonly meanX: number;
  readonly meanY: number;
  /** Root mean square extent along and across the best line through the mean, in pixels. */
  readonly along: number;
  readonly across: number;
  /** Unit normal of that line. */
  readonly normalX: number;
  readonly normalY: number;
}

/** Principal axes of `points` (x, y pairs) at `indices`. */
export function measureSpread(points: Float32Array, indices: ArrayLike<number>): Spread {
  let [meanX, meanY] = [0, 0];
  for (let k = 0; k < indices.length; k++) {
    meanX += points[2 * indices[k]!]! / indices.length;
    meanY += points[2 * indices[k]! + 1]! / indices.length;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let k = 0; k < indices.length; k++) {
    const x = points[2 * indices[k]!]! - meanX;
    const y = points[2 * indices[k]! + 1]! - meanY;
    xx += (x * x) / indices.length;
    xy += (x * y) / indices.length;
    yy += (y * y) / indices.length;
  }
  const half = Math.hypot((xx - yy) / 2, xy);
  const middle = (xx + yy) / 2;
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  return {
    meanX,
    meanY,
    along: Math.sqrt(middle + half),
    across: Math.sqrt(Math.max(middle - half, 0)),
    normalX: -Math.sin(angle),
    normalY: Math.cos(angle),
  };
}

/** Narrower than a thousandth of its length, a band of points counts as a line whatever the threshold. */
const narrowestBand = 1e-3;

/**
 * True when the points lie on one line or spot, or would but for a few.
 *
 * A homography that maps a line of correct matches and drags one or two chance matches along has as many
 * inliers as the true one; so up to three points, and never more than a quarter, are left out, farthest from
 * the line first.
 *
 * @param relativeTolerance width of a band, over its length, that can't be told from a line
 */
export function liesOnLine(
  points: Float32Array,
  indices: ArrayLike<number>,
  relativeTolerance: number,
): boolean {
  const kept = Array.from(indices);
  const dispensable = Math.min(3, Math.floor(kept.length / 4));
  for (let left = dispensable; ; left--) {
    const spread = measureSpread(points, kept);
    if (spread.across <= Math.max(relativeTolerance, narrowestBand) * spread.along) return true;
    if (left === 0) return false;
    let farthest = 0;
    let largest = -1;
    kept.forEach((index, k) => {
      const x = points[2 * index]! - spread.meanX;
      const y = points[2 * index + 1]! - spread.meanY;
      const distance = Math.abs(x * spread.normalX + y * spread.normalY);
      if (distance > largest) [farthest, largest] = [k, distance];
    });
    kept.splice(farthest, 1);
  }
}
