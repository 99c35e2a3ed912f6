/** How matches agree with a geometry: the one shape in which every model says it. */
export interface Agreement {
  /** Error of a match in pixels, one a match; see each model for what it measures. */
  readonly residualsPx: Float32Array;
  /** 1 where the residual is at most the threshold. */
  readonly inliers: Uint8Array;
  readonly inlierCount: number;
}
