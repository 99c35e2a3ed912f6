/**
 * Null spaces of the small systems that minimal samples give, by Householder reflections (Golub and Van Loan,
 * "Matrix Computations", 5.2).
 *
 * Fixed in size and without allocation, because a robust estimate solves ten thousand such systems: seven rows take
 * 1.6 microseconds here, of 4 for the whole solver; ml-matrix took 12 for its QR and 24 for its singular value
 * decomposition of the same rows on the same machine.
 */

/** Unknowns: the entries of a 3 x 3 matrix. */
const unknowns = 9;

/** Squared length below which a row depends on those before it, for rows of about unit length. */
const dependent = 1e-18;

/**
 * Orthonormal vectors that all rows are at right angles to.
 *
 * @param rows `rowCount` rows of 9 in sequence; overwritten
 * @param basis takes 9 - rowCount vectors of 9 in sequence
 * @returns false where the rows depend on one another, so that more vectors would do
 */
export function findNullSpace(rows: Float64Array, rowCount: number, basis: Float64Array): boolean {
  for (let k = 0; k < rowCount; k++) {
    const row = k * unknowns;
    // The reflection that takes what is left of row k to axis k; its vector replaces the row.
    let square = 0;
    for (let c = k; c < unknowns; c++) square += rows[row + c]! * rows[row + c]!;
    if (!(square > dependent)) return false;
    const length = Math.sqrt(square);
    const head = rows[row + k]!;
    const sum = head >= 0 ? head + length : head - length;
    rows[row + k] = sum;
    // Half the squared length of the vector.
    const half = length * (head >= 0 ? sum : -sum);
    const scale = 1 / half;
    for (let other = row + unknowns; other < rowCount * unknowns; other += unknowns) {
      let product = 0;
      for (let c = k; c < unknowns; c++) product += rows[row + c]! * rows[other + c]!;
      product *= scale;
      for (let c = k; c < unknowns; c++) rows[other + c]! -= product * rows[row + c]!;
    }
    scales[k] = scale;
  }
  for (let v = 0; v < unknowns - rowCount; v++) {
    const start = v * unknowns;
    for (let c = 0; c < unknowns; c++) basis[start + c] = 0;
    basis[start + rowCount + v] = 1;
    for (let k = rowCount - 1; k >= 0; k--) {
      const row = k * unknowns;
      let product = 0;
      for (let c = k; c < unknowns; c++) product += rows[row + c]! * basis[start + c]!;
      product *= scales[k]!;
      for (let c = k; c < unknowns; c++) basis[start + c]! -= product * rows[row + c]!;
    }
  }
  return true;
}

const scales = new Float64Array(unknowns);
