/**
 * Procedural noise on the plane, band-limited by the footprint of a pixel: octaves finer than what a pixel can
 * show fade to their mean, so that a scene looks alike at every picture size (Perlin, "Improving Noise", 2002;
 * Worley, "A Cellular Texture Basis Function", 1996).
 */

/** Well mixed 32 bits of two whole numbers and a seed. */
export function hashCell(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform in [0, 1) for each cell. */
export function randomOfCell(x: number, y: number, seed: number): number {
  return hashCell(x, y, seed) / 4294967296;
}

export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return t * t * (3 - 2 * t);
}

/** Share of a pixel of width `footprint` that lies where the signed distance is negative. */
export function coverage(distance: number, footprint: number): number {
  const share = 0.5 - distance / Math.max(footprint, 1e-6);
  return Math.min(Math.max(share, 0), 1);
}

function gradientAt(cellX: number, cellY: number, dx: number, dy: number, seed: number): number {
  switch (hashCell(cellX, cellY, seed) & 7) {
    case 0:
      return dx + dy;
    case 1:
      return dx - dy;
    case 2:
      return -dx + dy;
    case 3:
      return -dx - dy;
    case 4:
      return Math.SQRT2 * dx;
    case 5:
      return -Math.SQRT2 * dx;
    case 6:
      return Math.SQRT2 * dy;
    default:
      return -Math.SQRT2 * dy;
  }
}

/** Gradient noise of unit wavelength, about -1 to 1, mean 0. */
export function gradientNoise(x: number, y: number, seed: number): number {
  const cellX = Math.floor(x);
  const cellY = Math.floor(y);
  const dx = x - cellX;
  const dy = y - cellY;
  const sx = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
  const sy = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
  const top =
    gradientAt(cellX, cellY, dx, dy, seed) * (1 - sx) + gradientAt(cellX + 1, cellY, dx - 1, dy, seed) * sx;
  const bottom =
    gradientAt(cellX, cellY + 1, dx, dy - 1, seed) * (1 - sx) +
    gradientAt(cellX + 1, cellY + 1, dx - 1, dy - 1, seed) * sx;
  return (top + (bottom - top) * sy) * 1.2;
}

/**
 * Sum of octaves of gradient noise, about -1 to 1, mean 0.
 * @param wavelength of the coarsest octave, in the units of x and y
 * @param footprint width of a pixel in the same units
 */
export function fractalNoise(
  x: number,
  y: number,
  wavelength: number,
  octaves: number,
  footprint: number,
  seed: number,
): number {
  let sum = 0;
  let amplitude = 0.55;
  let length = wavelength;
  for (let octave = 0; octave < octaves; octave++) {
    const visible = 2 - (2.5 * footprint) / length;
    if (visible <= 0) break;
    sum += amplitude * Math.min(visible, 1) * gradientNoise(x / length, y / length, seed + octave * 101);
    amplitude *= 0.55;
    length *= 0.47;
  }
  return sum;
}

/** Where a point lies in a jittered grid of unit cells. */
export interface CellHit {
  /** Distance to the nearest border of the cell, about 0 to 0.5. */
  border: number;
  /** Offset from the middle of the cell. */
  dx: number;
  dy: number;
  /** Uniform in [0, 1), one value a cell. */
  random: number;
}

/** Nearest jittered cell of unit size; writes into `hit`. `jitter` 0 gives squares, 1 gives pebbles. */
export function nearestCell(x: number, y: number, jitter: number, seed: number, hit: CellHit): void {
  const cellX = Math.floor(x);
  const cellY = Math.floor(y);
  let nearest = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (let j = -1; j <= 1; j++) {
    for (let i = -1; i <= 1; i++) {
      const hash = hashCell(cellX + i, cellY + j, seed);
      const px = cellX + i + 0.5 + jitter * ((hash & 0xffff) / 65536 - 0.5);
      const py = cellY + j + 0.5 + jitter * ((hash >>> 16) / 65536 - 0.5);
      const dx = x - px;
      const dy = y - py;
      // A squarer metric than Euclid's: hewn stones, not bubbles.
      const distance = (dx * dx * dx * dx + dy * dy * dy * dy) ** 0.25;
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
        hit.dx = dx;
        hit.dy = dy;
        hit.random = (Math.imul(hash, 0x9e3779b1) >>> 0) / 4294967296;
      } else if (distance < second) second = distance;
    }
  }
  hit.border = (second - nearest) / 2;
}
