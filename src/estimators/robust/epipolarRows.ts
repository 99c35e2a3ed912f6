/**
 * The linear equations x1^T M x0 = 0 of matches for the nine entries of a fundamental or essential matrix M (Hartley
 * and Zisserman, "Multiple View Geometry", 11.1): what the seven-point and the five-point solver begin with.
 */

/**
 * @param matches x0, y0, x1, y1, ... of all matches, as points (x, y, 1)
 * @param sample indices of the matches to write
 * @param count how many of them
 * @param rows takes one row of 9 coefficients a match, for M in row-major order
 */
export function writeEpipolarRows(
  matches: Float64Array,
  sample: Int32Array,
  count: number,
  rows: Float64Array,
): void {
  for (let k = 0; k < count; k++) {
    const match = 4 * sample[k]!;
    const x0 = matches[match]!;
    const y0 = matches[match + 1]!;
    const x1 = matches[match + 2]!;
    const y1 = matches[match + 3]!;
    const row = 9 * k;
    rows[row] = x1 * x0;
    rows[row + 1] = x1 * y0;
    rows[row + 2] = x1;
    rows[row + 3] = y1 * x0;
    rows[row + 4] = y1 * y0;
    rows[row + 5] = y1;
    rows[row + 6] = x0;
    rows[row + 7] = y0;
    rows[row + 8] = 1;
  }
}
