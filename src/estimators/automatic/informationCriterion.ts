/**
 * Which of two models explains matches better, a richer one that fits more or a poorer one that says more of each:
 * the geometric robust information criterion, GRIC (P. H. S. Torr, "Geometric motion segmentation and model
 * selection", Philosophical Transactions of the Royal Society A, 1998).
 */

/** A match is a point in four dimensions, two of each photo. */
const dataDimensions = 4;
/** Of a squared error over its variance, for each dimension that the model takes away from the data. */
const outlierBound = 2;

export interface ModelKind {
  /** Of the matches that fit the model exactly: 2 of a homography, 3 of an epipolar geometry. */
  readonly manifoldDimensions: number;
  /** Degrees of freedom of the model. */
  readonly parameters: number;
}

export const homographyKind: ModelKind = { manifoldDimensions: 2, parameters: 8 };
export const fundamentalKind: ModelKind = { manifoldDimensions: 3, parameters: 7 };

/**
 * @param squaredErrors of the matches, in four dimensions, over the variance of the noise of one coordinate
 * @returns smaller is better
 */
export function informationCriterion(
  squaredErrors: Iterable<number>,
  { manifoldDimensions, parameters }: ModelKind,
): number {
  const bound = outlierBound * (dataDimensions - manifoldDimensions);
  let [sum, count] = [0, 0];
  for (const squared of squaredErrors) {
    sum += Math.min(squared, bound);
    count++;
  }
  return (
    sum +
    Math.log(dataDimensions) * manifoldDimensions * count +
    Math.log(dataDimensions * count) * parameters
  );
}
