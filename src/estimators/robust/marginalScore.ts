/**
 * How much a match counts for a model, by its residual: the gain of a score and the weight of a fit.
 *
 * MAGSAC++ (Barath, Noskova, Ivashechkin, Matas, "MAGSAC++, a fast, reliable and accurate robust estimator",
 * CVPR 2020) does not believe in one noise level: it averages the likelihood of a residual over all levels up
 * to the one whose 99 % quantile is the cutoff, so that neither score nor weight has an edge at which a
 * match counts in full or not at all. MSAC (Torr and Zisserman, "MLESAC", 2000) is the truncated square.
 *
 * Both are tables over the squared residual: a score reads one entry a match.
 */

/** Entries of a table; squared residuals from 0 to the squared cutoff. */
export const tableSize = 1024;

export interface ResidualScore {
  /** Residual, over the threshold, from which on a match counts nothing. */
  readonly cutoff: number;
  /** Falls from 1 at residual 0 to 0 at the cutoff. */
  readonly gains: Float64Array;
  /** Derivative of the loss by the squared residual, up to scale: the weight in a least-squares fit. */
  readonly weights: Float64Array;
}

/** Degrees of freedom that the paper and its successors use for matches. */
const degreesOfFreedom = 4;
/** Of the chi distribution with four degrees of freedom. */
const quantile99 = 3.6437;

/** @param cutoff over the threshold: the largest residual that noise explains */
export function marginalScore(cutoff: number): ResidualScore {
  // The weight at r is the integral of t^((n - 3) / 2) e^-t from r^2 / 2 sigma^2 to its value at the cutoff.
  const end = quantile99 ** 2 / 2;
  const weights = new Float64Array(tableSize);
  let integral = 0;
  for (let k = tableSize - 1; k >= 0; k--) {
    const t = ((k + 0.5) / tableSize) * end;
    const slice = t ** ((degreesOfFreedom - 3) / 2) * Math.exp(-t) * (end / tableSize);
    weights[k] = integral + slice / 2;
    integral += slice;
  }
  return { cutoff, weights, gains: gainsOf(weights) };
}

export function truncatedSquare(): ResidualScore {
  const weights = new Float64Array(tableSize).fill(1);
  return { cutoff: 1, weights, gains: gainsOf(weights) };
}

/** 1 - loss / loss at the cutoff, where the loss is the integral of the weight over the squared residual. */
function gainsOf(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gains = new Float64Array(weights.length);
  let loss = 0;
  weights.forEach((weight, k) => {
    gains[k] = 1 - (loss + weight / 2) / total;
    loss += weight;
  });
  return gains;
}
