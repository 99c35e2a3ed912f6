/**
 * How crowded the space of matches is around each of them: a sum of Gaussians over all matches, in the four
 * dimensions of both positions, as the authors' `kde`.
 *
 * All pairs of the 20,000 candidates for 5,000 matches are 4e8. Beyond four deviations a Gaussian is below
 * 4e-4 of its peak and left out, so only matches in neighbouring squares of picture 0 are looked at: about a
 * fifth of a second on one core. Above `mostReferences` candidates, the sum goes over a regular subset of them
 * and is scaled up: an estimate whose relative deviation is about one over the root of the neighbours counted.
 */

/** Deviation of the Gaussians, in normalised coordinates. */
const deviation = 0.1;
const reach = 4 * deviation;
/** Squares along either axis of picture 0, which spans 2: their side is half of `reach`. */
const squares = 10;
const mostReferences = 20_000;

const tableSize = 4096;
/** exp(-d^2 / (2 deviation^2)) for d^2 from 0 to reach^2, at the middle of each step. */
const gaussians = Float64Array.from({ length: tableSize }, (_, k) =>
  Math.exp((-((k + 0.5) / tableSize) * reach ** 2) / (2 * deviation ** 2)),
);

/**
 * @param positions [N, 4]: x0, y0, x1, y1, each in [-1, 1]
 * @returns [N], the match itself included
 */
export function estimateDensity(positions: Float32Array): Float32Array {
  const count = positions.length / 4;
  const step = Math.ceil(count / mostReferences);
  const references = sortBySquare(positions, step);
  const density = new Float32Array(count);
  const toTable = tableSize / reach ** 2;
  for (let k = 0; k < count; k++) {
    const x0 = positions[4 * k]!;
    const y0 = positions[4 * k + 1]!;
    const x1 = positions[4 * k + 2]!;
    const y1 = positions[4 * k + 3]!;
    const column = squareOf(x0);
    const row = squareOf(y0);
    let sum = 0;
    for (let y = Math.max(0, row - 2); y <= Math.min(squares - 1, row + 2); y++) {
      // Squares of a row follow one another, and so do their matches.
      const start = references.starts[y * squares + Math.max(0, column - 2)]!;
      const end = references.starts[y * squares + Math.min(squares - 1, column + 2) + 1]!;
      for (let r = 4 * start; r < 4 * end; r += 4) {
        const a = references.positions[r]! - x0;
        const b = references.positions[r + 1]! - y0;
        const c = references.positions[r + 2]! - x1;
        const d = references.positions[r + 3]! - y1;
        const at = (a * a + b * b + c * c + d * d) * toTable;
        if (at < tableSize) sum += gaussians[at | 0]!;
      }
    }
    // The match itself counts once and for sure, not `step` times or never.
    if (k % step === 0) sum -= gaussians[0]!;
    density[k] = sum * step + 1;
  }
  return density;
}

function squareOf(coordinate: number): number {
  return Math.min(Math.max(Math.floor(((coordinate + 1) / 2) * squares), 0), squares - 1);
}

/** Every `step`-th match, by the squares they lie in; square s holds entries `starts[s]` to `starts[s + 1]`. */
function sortBySquare(
  positions: Float32Array,
  step: number,
): { readonly positions: Float32Array; readonly starts: Uint32Array } {
  const count = Math.ceil(positions.length / 4 / step);
  const squareAt = (k: number): number =>
    squareOf(positions[4 * step * k + 1]!) * squares + squareOf(positions[4 * step * k]!);
  const starts = new Uint32Array(squares ** 2 + 1);
  for (let k = 0; k < count; k++) starts[squareAt(k) + 1]!++;
  for (let square = 0; square < squares ** 2; square++) starts[square + 1]! += starts[square]!;
  const next = starts.slice();
  const sorted = new Float32Array(4 * count);
  for (let k = 0; k < count; k++) {
    const place = next[squareAt(k)]!++;
    sorted.set(positions.subarray(4 * step * k, 4 * step * k + 4), 4 * place);
  }
  return { positions: sorted, starts };
}
