/** Grey pictures as least squares matching reads them: blurred, and with their slopes. */

export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** Row by row. */
  readonly data: Float32Array;
}

/** Gaussian blur; beyond its edges a picture goes on as its edge. */
export function blur(picture: GreyPicture, sigmaPx: number): GreyPicture {
  const radius = Math.ceil(3 * sigmaPx);
  const kernel = Float64Array.from({ length: radius + 1 }, (_, k) =>
    Math.exp(-(k ** 2) / (2 * sigmaPx ** 2)),
  );
  const sum = kernel.reduce((total, weight, k) => total + (k === 0 ? 1 : 2) * weight, 0);
  const weights = kernel.map((weight) => weight / sum);
  return blurColumns(blurRows(picture, weights), weights);
}

/** @param weights of the middle and of what lies to either side of it, outwards */
function blurRows({ width, height, data }: GreyPicture, weights: Float64Array): GreyPicture {
  const blurred = new Float32Array(data.length);
  const radius = weights.length - 1;
  // The edge is copied outwards, so that the inner loop needs no clamping.
  const line = new Float64Array(width + 2 * radius);
  const sums = new Float64Array(width);
  for (let start = 0; start < data.length; start += width) {
    line.fill(data[start]!, 0, radius);
    line.set(data.subarray(start, start + width), radius);
    line.fill(data[start + width - 1]!, radius + width);
    for (let x = 0; x < width; x++) sums[x] = weights[0]! * line[x + radius]!;
    for (let j = 1; j <= radius; j++) {
      const weight = weights[j]!;
      const [before, after] = [radius - j, radius + j];
      for (let x = 0; x < width; x++) sums[x]! += weight * (line[x + before]! + line[x + after]!);
    }
    blurred.set(sums, start);
  }
  return { width, height, data: blurred };
}

/** Row after row, as they lie in memory: each column in turn takes twice as long. */
function blurColumns({ width, height, data }: GreyPicture, weights: Float64Array): GreyPicture {
  const blurred = new Float32Array(data.length);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) sums[x] = weights[0]! * data[width * y + x]!;
    for (let j = 1; j < weights.length; j++) {
      const weight = weights[j]!;
      const [above, below] = [width * Math.max(y - j, 0), width * Math.min(y + j, height - 1)];
      for (let x = 0; x < width; x++) sums[x]! += weight * (data[above + x]! + data[below + x]!);
    }
    blurred.set(sums, width * y);
  }
  return { width, height, data: blurred };
}

/** Central differences a pixel, along x and along y; one-sided at the edges. */
export function slopesOf({ width, height, data }: GreyPicture): readonly [GreyPicture, GreyPicture] {
  const alongX = new Float32Array(data.length);
  const alongY = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const [above, below] = [Math.max(y - 1, 0), Math.min(y + 1, height - 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(x - 1, 0), Math.min(x + 1, width - 1)];
      const k = y * width + x;
      alongX[k] = (data[y * width + right]! - data[y * width + left]!) / Math.max(1, right - left);
      alongY[k] = (data[below * width + x]! - data[above * width + x]!) / Math.max(1, below - above);
    }
  }
  return [
    { width, height, data: alongX },
    { width, height, data: alongY },
  ];
}

/** Bilinear; beyond its edges a picture goes on as its edge. */
export function sampleAt({ width, height, data }: GreyPicture, x: number, y: number): number {
  const inX = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const inY = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const left = inX | 0;
  const top = inY | 0;
  const right = left + 1 < width ? 1 : 0;
  const below = top + 1 < height ? width : 0;
  const shareX = inX - left;
  const shareY = inY - top;
  const k = top * width + left;
  const upper = data[k]! + shareX * (data[k + right]! - data[k]!);
  const lower = data[k + below]! + shareX * (data[k + below + right]! - data[k + below]!);
  return upper + shareY * (lower - upper);
}

/** The same, between the centres of pixels that all lie in the picture: without the care for its edges. */
export function sampleWithin({ width, data }: GreyPicture, x: number, y: number): number {
  const left = x | 0;
  const top = y | 0;
  const shareX = x - left;
  const k = top * width + left;
  const upper = data[k]! + shareX * (data[k + 1]! - data[k]!);
  const lower = data[k + width]! + shareX * (data[k + width + 1]! - data[k + width]!);
  return upper + (y - top) * (lower - upper);
}

/** Whether a place lies between the centres of the outermost pixels. */
export function contains({ width, height }: GreyPicture, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1;
}

/** The upper left part. */
export function crop({ width, data }: GreyPicture, newWidth: number, newHeight: number): GreyPicture {
  const cropped = new Float32Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    cropped.set(data.subarray(y * width, y * width + newWidth), y * newWidth);
  }
  return { width: newWidth, height: newHeight, data: cropped };
}
