/**
 * What the geometry code needs from OpenCV, and nothing more: types only, declared by hand because the
 * package's own declarations are older than OpenCV 5. Objects live on the WebAssembly heap and are freed by
 * `delete`.
 */

/** A matrix on OpenCV's heap; the views are invalid once the heap grows, so read them right after a call. */
export interface OpenCvMat {
  readonly rows: number;
  readonly cols: number;
  readonly data32F: Float32Array;
  readonly data64F: Float64Array;
  delete(): void;
}

/** Settings of the USAC framework: see OpenCV's `cv::UsacParams`. */
export interface OpenCvUsacParams {
  threshold: number;
  confidence: number;
  maxIterations: number;
  /** Seed of its random numbers, a 32-bit integer. */
  randomGeneratorState: number;
  sampler: number;
  score: number;
  loMethod: number;
  loSampleSize: number;
  loIterations: number;
  final_polisher: number;
  final_polisher_iterations: number;
  delete(): void;
}

export interface OpenCv {
  readonly Mat: new (rows?: number, cols?: number, type?: number) => OpenCvMat;
  readonly UsacParams: new () => OpenCvUsacParams;
  readonly CV_32FC2: number;
  readonly RANSAC: number;
  readonly SAMPLING_UNIFORM: number;
  readonly SAMPLING_PROSAC: number;
  readonly SCORE_METHOD_MSAC: number;
  readonly SCORE_METHOD_MAGSAC: number;
  readonly LOCAL_OPTIM_INNER_LO: number;
  readonly LOCAL_OPTIM_INNER_AND_ITER_LO: number;
  readonly LOCAL_OPTIM_GC: number;
  readonly LOCAL_OPTIM_SIGMA: number;
  readonly COV_POLISHER: number;
  /** Points are N x 1 of type CV_32FC2; the result is 3 x 3 of doubles, or empty when nothing was found. */
  findHomography(
    points0: OpenCvMat,
    points1: OpenCvMat,
    method: number,
    threshold: number,
    mask: OpenCvMat,
    maxIterations: number,
    confidence: number,
  ): OpenCvMat;
  findHomography1(
    points0: OpenCvMat,
    points1: OpenCvMat,
    mask: OpenCvMat,
    params: OpenCvUsacParams,
  ): OpenCvMat;
  /** C++ exceptions arrive as addresses; this reads what they say. */
  exceptionFromPtr(address: number): { readonly msg: string };
}
