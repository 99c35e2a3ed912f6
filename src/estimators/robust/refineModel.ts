/**
 * Weighted least squares on the residuals, weights renewed at every step: Gauss and Newton's steps on
 * the manifold of models, damped after Levenberg and Marquardt, so that every step is a valid geometry.
 */
import { solveSymmetric } from '../../geometry/symmetricSystem.ts';
import type { ResidualScore } from './marginalScore.ts';
import { noRace, type Residuals } from './residuals.ts';
import type { SearchProblem } from './searchProblem.ts';
import { noTest } from './sequentialTest.ts';
import type { WorkingMatches } from './workingMatches.ts';

export interface ScoredModel {
  /** Between working coordinates. */
  readonly model: Float64Array;
  /** Comparable among models of the same search. */
  readonly score: number;
  /** Matches within the cutoff. */
  readonly agreeing: number;
}

const fullMatrix = new Float64Array(81);
const fullGradient = new Float64Array(9);
const product = new Float64Array(9);

export function measure(
  residuals: Residuals,
  matches: WorkingMatches,
  model: Float64Array,
  score: ResidualScore,
  cutoff: number,
): ScoredModel {
  const result = { score: 0, agreeing: 0, lookedAt: 0 };
  residuals.scoreModel(matches, model, 0, score, cutoff, noTest, noRace, result);
  return { model, score: result.score, agreeing: result.agreeing };
}

/**
 * @param cutoff in working coordinates
 * @param mostSteps fewer are taken once steps gain nothing
 * @returns a model whose score is no lower
 */
export function refineModel(
  problem: SearchProblem,
  matches: WorkingMatches,
  start: ScoredModel,
  score: ResidualScore,
  cutoff: number,
  mostSteps: number,
): ScoredModel {
  const size = problem.dimensions;
  const matrix = new Float64Array(size * size);
  const normal = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  const step = new Float64Array(size);
  let best = start;
  let damping = 1e-4;
  let taken = 0;
  while (taken < mostSteps) {
    const chart = problem.chartAt(best.model);
    problem.residuals.sumNormalEquations(
      matches,
      best.model,
      score.weights,
      cutoff,
      fullMatrix,
      fullGradient,
    );
    project(chart.tangent, size, normal, gradient);
    let improved = false;
    for (; taken < mostSteps && !improved; taken++) {
      matrix.set(normal);
      for (let i = 0; i < size; i++) {
        matrix[size * i + i]! *= 1 + damping;
        step[i] = -gradient[i]!;
      }
      if (!solveSymmetric(matrix, step, size)) return best;
      const moved = measure(problem.residuals, matches, chart.move(step), score, cutoff);
      if (moved.score > best.score) {
        const gain = moved.score - best.score;
        best = moved;
        damping /= 10;
        improved = true;
        if (gain < 1e-6 * best.score) return best;
      } else {
        damping *= 10;
        if (damping > 10) return best;
      }
    }
  }
  return best;
}

/** The normal equations of the nine entries as those of the steps. */
function project(tangent: Float64Array, size: number, normal: Float64Array, gradient: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let a = 0; a < 9; a++) sum += tangent[9 * i + a]! * fullGradient[a]!;
    gradient[i] = sum;
    for (let b = 0; b < 9; b++) {
      let value = 0;
      for (let a = 0; a < 9; a++) value += tangent[9 * i + a]! * fullMatrix[9 * a + b]!;
      product[b] = value;
    }
    for (let j = 0; j < size; j++) {
      let value = 0;
      for (let b = 0; b < 9; b++) value += product[b]! * tangent[9 * j + b]!;
      normal[size * i + j] = value;
    }
  }
}
