/** Solves the small positive definite systems of a least-squares step (Cholesky), without allocation. */

/**
 * @param matrix size x size, row-major; its lower triangle is overwritten
 * @param right overwritten with the solution
 * @returns false where the matrix is not positive definite
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[size * i + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[size * i + k]! * matrix[size * j + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        matrix[size * i + i] = Math.sqrt(sum);
      } else {
        matrix[size * i + j] = sum / matrix[size * j + j]!;
      }
    }
  }
  for (let i = 0; i < size; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= matrix[size * i + k]! * right[k]!;
    right[i] = sum / matrix[size * i + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = right[i]!;
    for (let k = i + 1; k < size; k++) sum -= matrix[size * k + i]! * right[k]!;
    right[i] = sum / matrix[size * i + i]!;
  }
  return true;
}
