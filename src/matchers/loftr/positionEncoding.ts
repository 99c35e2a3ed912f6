/**
 * LoFTR's sinusoidal position encoding (the authors' `position_encoding.py`), for maps of any size.
 */
import type { GridSize } from './loftrConfig.ts';

/**
 * Channels go in fours: sine and cosine of x, sine and cosine of y, each four at a lower frequency; positions
 * count from 1.
 * @param tempBugFix false reproduces the slip of the first published weights, whose exponent
 *   `-log(10000) / channels // 2` Python reads as floor((-log(10000) / channels) / 2), a whole number
 * @returns [height * width, channels]
 */
export function positionEncoding(grid: GridSize, channels: number, tempBugFix: boolean): Float32Array {
  const exponent = tempBugFix
    ? -Math.log(10000) / (channels / 2)
    : Math.floor(-Math.log(10000) / channels / 2);
  const encoding = new Float32Array(grid.width * grid.height * channels);
  for (let channel = 0; channel < channels; channel++) {
    const frequency = Math.exp(2 * Math.floor(channel / 4) * exponent);
    const wave = channel % 2 === 0 ? Math.sin : Math.cos;
    const alongX = channel % 4 < 2;
    for (let y = 0; y < grid.height; y++) {
      for (let x = 0; x < grid.width; x++) {
        const position = (alongX ? x : y) + 1;
        encoding[(y * grid.width + x) * channels + channel] = wave(position * frequency);
      }
    }
  }
  return encoding;
}
