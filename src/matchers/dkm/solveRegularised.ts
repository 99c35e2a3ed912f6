/**
 * Solves (K + noise I) X = F for a kernel matrix K inside a graph, in float32 and from operators that every
 * backend has: block elimination without pivoting, whose diagonal blocks are inverted by a scaled Newton-Schulz
 * iteration.
 *
 * K is positive semidefinite with ones on its diagonal, so each Schur complement on the way has its eigenvalues
 * between the noise and b + noise for a block of b rows: pivoting is not needed, and the iteration can be scaled
 * for exactly that interval (after Pan and Schreiber, "An improved Newton iteration for the generalized inverse
 * of a matrix, with applications", 1991), which halves the number of steps.
 *
 * Measured against the alternatives with 256 right-hand sides on two CPU cores (relative error of the posterior
 * mean against float64, time of one run):
 *
 *                                    N = 391            N = 1530
 *     block elimination              1.6e-6   21 ms     1.4e-6   0.5 s
 *     conjugate gradients, 40 steps  4.2e-5  202 ms     4.7e-4   1.7 s
 *     conjugate gradients, 80 steps  1.8e-6  384 ms     1.3e-6   3.0 s
 *     Newton-Schulz on all of K      2.0e-6  193 ms     2.2e-6   2.9 s
 *
 * LAPACK's float32 inverse, which the authors use, is 2e-6 from float64 as well.
 */
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.ts';
import { add, multiply, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, slice } from '../../onnx/ops/layout.ts';
import { matMul, scaledProductPlus } from '../../onnx/ops/linear.ts';

type Matrix = Value<'float32'>;

/** Rows of a diagonal block: large enough that few steps follow one another, small enough to invert quickly. */
const mostBlockRows = 128;

/**
 * @param kernel [N, N], symmetric positive semidefinite, no entry above 1 in size
 * @param noise what is added to the diagonal; positive
 * @param right [N, D]
 * @returns [N, D]
 */
export function solveRegularised(graph: GraphBuilder, kernel: Matrix, noise: number, right: Matrix): Matrix {
  const [count, columns] = right.shape as [number, number];
  const identity = identities(graph);
  const blocks = Math.ceil(count / mostBlockRows);
  const steps: { inverse: Matrix; above: Matrix; right: Matrix }[] = [];
  // What is left to eliminate, with the right-hand side as further columns: [rows, rows + D].
  let rest: Matrix = concatenate(graph, [kernel, right], 1);
  let left = count;
  for (let block = 0; block < blocks; block++) {
    const rows = Math.ceil(left / (blocks - block));
    const top = rows < left ? slice(graph, rest, 0, 0, rows) : rest;
    const inverse = invertBlock(graph, slice(graph, top, 1, 0, rows), noise, identity);
    const behind = slice(graph, top, 1, rows, left + columns);
    if (rows === left) {
      steps.push({ inverse, above: behind, right: behind });
      break;
    }
    const below = slice(graph, slice(graph, rest, 0, rows, left), 1, 0, rows);
    const remaining = slice(graph, slice(graph, rest, 0, rows, left), 1, rows, left + columns);
    rest = subtract(graph, remaining, matMul(graph, matMul(graph, below, inverse), behind));
    steps.push({
      inverse,
      above: slice(graph, behind, 1, 0, left - rows),
      right: slice(graph, behind, 1, left - rows, left - rows + columns),
    });
    left -= rows;
  }
  let solution: Matrix | null = null;
  for (const step of steps.reverse()) {
    const known: Matrix =
      solution === null ? step.right : subtract(graph, step.right, matMul(graph, step.above, solution));
    const own = matMul(graph, step.inverse, known);
    solution = solution === null ? own : concatenate(graph, [own, solution], 0);
  }
  return solution!;
}

/**
 * The inverse of `block` + noise I. With X an inverse up to residuals in [1 - l, l - 1], the step
 * c X (2 I - A X) leaves residuals in a quarter of that interval's distance to the singular, until they are
 * small and the step squares them.
 */
function invertBlock(graph: GraphBuilder, block: Matrix, noise: number, identity: Identities): Matrix {
  const size = block.shape[0]!;
  const matrix = add(graph, block, identity(size, noise));
  const [smallest, largest] = [noise, size + noise];
  // The first guess: 2 / (smallest + largest) I, for which A X has its eigenvalues in [least, 2 - least].
  const start = 2 / (smallest + largest);
  let least = smallest * start;
  let inverse: Matrix | null = null;
  while (1 - least > 1e-7) {
    const reached = least * (2 - least);
    const scale = 2 / (1 + reached);
    if (inverse === null) {
      // start I (2 scale I - scale start A): no product yet.
      inverse = subtract(
        graph,
        identity(size, 2 * scale * start),
        multiply(graph, matrix, graph.scalar('float32', scale * start ** 2)),
      );
    } else {
      inverse = matMul(
        graph,
        inverse,
        scaledProductPlus(graph, -scale, matrix, inverse, identity(size, 2 * scale)),
      );
    }
    least = scale * reached;
  }
  return inverse!;
}

type Identities = (size: number, scale: number) => Matrix;

/** Multiples of identity matrices; equal ones are one constant. */
function identities(graph: GraphBuilder): Identities {
  const known = new Map<string, Matrix>();
  return (size, scale) => {
    const key = `${size} ${scale}`;
    const matrix = known.get(key) ?? graph.floats('float32', [size, size], diagonal(size, scale));
    known.set(key, matrix);
    return matrix;
  };
}

function diagonal(size: number, value: number): Float32Array {
  const data = new Float32Array(size ** 2);
  for (let k = 0; k < size; k++) data[k * (size + 1)] = value;
  return data;
}
