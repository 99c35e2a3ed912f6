/**
 * Real roots of polynomials of low degree. Between two neighbouring roots of the derivative a polynomial is
 * monotonic, so each such interval with a change of sign holds exactly one root: the roots of the second
 * derivative bracket those of the first, and so on up. Newton's method inside a bracket finishes each.
 *
 * A double root is found only where rounding splits it; minimal samples in general position have none.
 */

export const highestDegree = 10;

const roots = Array.from({ length: highestDegree + 1 }, () => new Float64Array(highestDegree));
const derivative = new Float64Array(highestDegree + 1);

/**
 * @param coefficients of 1, x, x^2, ...: degree + 1 numbers
 * @param degree at most 10; the leading coefficient may be 0
 * @param found takes the roots, rising
 * @returns how many
 */
export function findRealRoots(coefficients: Float64Array, degree: number, found: Float64Array): number {
  let top = degree;
  while (top > 0 && coefficients[top] === 0) top--;
  if (top === 0) return 0;
  // Fujiwara's bound on the size of all complex roots; by the theorem of Gauss and Lucas it holds for the
  // derivatives too.
  let bound = 0;
  for (let k = 0; k < top; k++) {
    bound = Math.max(bound, Math.abs(coefficients[k]! / coefficients[top]!) ** (1 / (top - k)));
  }
  bound = 2 * bound + 1e-30;
  if (!(bound < Infinity)) return 0;

  let count = 0;
  for (let level = 1; level <= top; level++) {
    // The derivative of this degree.
    for (let k = 0; k <= level; k++) {
      let coefficient = coefficients[k + top - level]!;
      for (let factor = k + 1; factor <= k + top - level; factor++) coefficient *= factor;
      derivative[k] = coefficient;
    }
    const before = roots[level - 1]!;
    const current = level === top ? found : roots[level]!;
    let left = -bound;
    let valueLeft = evaluate(level, left);
    let next = 0;
    for (let k = 0; k <= count; k++) {
      const right = k < count ? before[k]! : bound;
      const valueRight = evaluate(level, right);
      if (valueLeft < 0 !== valueRight < 0) current[next++] = refine(level, left, right, valueLeft);
      left = right;
      valueLeft = valueRight;
    }
    count = next;
  }
  return count;
}

function evaluate(degree: number, x: number): number {
  let value = derivative[degree]!;
  for (let k = degree - 1; k >= 0; k--) value = value * x + derivative[k]!;
  return value;
}

/** The root between `left` and `right`: Newton's steps, or half the bracket where they leave it. */
function refine(degree: number, left: number, right: number, valueLeft: number): number {
  const negativeLeft = valueLeft < 0;
  let x = 0.5 * (left + right);
  for (let step = 0; step < 100; step++) {
    let value = derivative[degree]!;
    let slope = 0;
    for (let k = degree - 1; k >= 0; k--) {
      slope = slope * x + value;
      value = value * x + derivative[k]!;
    }
    if (value === 0) return x;
    if (value < 0 === negativeLeft) left = x;
    else right = x;
    let next = x - value / slope;
    if (!(next > left && next < right)) next = 0.5 * (left + right);
    if (Math.abs(next - x) <= 1e-15 * Math.abs(next) || next === left || next === right) return next;
    x = next;
  }
  return x;
}
