/** What the robust search needs to know of a kind of model: its minimal solver, its residuals and its freedom. */
import type { Residuals } from './residuals.ts';

/** The models around one model, as a plane of small steps. */
export interface Chart {
  /** Changes of the nine entries with each step variable: `dimensions` rows of 9. */
  readonly tangent: Float64Array;
  /** The model at a step, on the manifold again, of Frobenius norm 1. */
  move(step: Float64Array): Float64Array;
}

/** Models are matrices between working coordinates: 9 numbers, row-major, of Frobenius norm near 1. */
export interface SearchProblem {
  readonly sampleSize: number;
  /** Of one sample: at most, and about how many on average. */
  readonly mostModels: number;
  readonly usualModels: number;
  /** Time to solve a sample over the time to look at one match. */
  readonly solverCost: number;
  /** Degrees of freedom: 7 of a fundamental, 5 of an essential matrix, 8 of a homography. */
  readonly dimensions: number;
  readonly residuals: Residuals;
  /** Residual, over the threshold, up to which a method that averages over noise levels gives a match weight. */
  readonly noiseReach: number;
  /** @returns how many models were written, 9 numbers each */
  solve(sample: Int32Array, models: Float64Array): number;
  chartAt(model: Float64Array): Chart;
  /**
   * A model that does not rest on one plane alone, where the sample of this model does; null where there is
   * nothing to mend or no better one.
   */
  escapePlane?(sample: Int32Array, model: Float64Array): Float64Array | null;
}
