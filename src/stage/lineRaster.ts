/**
 * Draws many thousands of lines into pixels so that a change of the threshold costs no drawing at all.
 *
 * Canvas strokes of 10,000 long lines take 50 ms and more without a GPU, and a slider would pay that in every
 * frame. Here each pixel remembers the two most confident lines that cover it (an index buffer, as a depth
 * buffer remembers the nearest surface). Lines are entered by rising rank, so what a pixel remembers is right
 * for every prefix: another limit means one look at each pixel and work for those alone that it changes, and
 * showing more enters only the new lines. Two deep is enough for smooth edges and translucency, and keeps
 * the photo readable below any number of lines.
 */

/**
 * A slot holds rank * 256 + core * 16 + halo: how much of the pixel the line's core and its dark halo cover, in
 * fifteenths. An empty slot ranks behind every line. Where a line meets itself the larger value stays.
 */
const EMPTY = 0x7fffffff;

/** Ranks stay below this: a slot is a signed word, which engines handle fastest, and keeps 23 bits for them. */
export const RANK_LIMIT = 0x7fffff;

const FULL = 15;

/** Fainter edges are left out: they would take a slot from a line that fills the pixel. */
const FAINT = 3;

export interface RasterLook {
  /** One packed colour a rank (see `packRgb`). */
  readonly colours: Uint32Array;
  /** Of a line's core, 0 to 1: how far it hides the line behind it. */
  readonly opacity: number;
  /** Of the black beside it. */
  readonly haloOpacity: number;
}

/** Side of the squares in which full pixels are counted, as a power of two. */
const TILE_BITS = 3;
const TILE = 1 << TILE_BITS;

export class LineRaster {
  readonly width: number;
  readonly height: number;
  /** Two slots a pixel, the lower rank first. */
  readonly #slots: Int32Array;
  readonly #tilesAcross: number;
  /** How many pixels of each tile still have a free slot: in dense pictures most tiles are full early. */
  readonly #open: Uint8Array;
  #top = 0;
  #bottom = 0;

  /** @param width and height in device pixels */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#slots = new Int32Array(2 * width * height);
    this.#tilesAcross = Math.ceil(width / TILE);
    this.#open = new Uint8Array(this.#tilesAcross * Math.ceil(height / TILE));
    this.clear();
  }

  clear(): void {
    this.#slots.fill(EMPTY);
    this.#top = this.height;
    this.#bottom = 0;
    for (let tile = 0; tile < this.#open.length; tile++) {
      const left = (tile % this.#tilesAcross) * TILE;
      const top = Math.floor(tile / this.#tilesAcross) * TILE;
      this.#open[tile] = Math.min(TILE, this.width - left) * Math.min(TILE, this.height - top);
    }
  }

  /**
   * Enters a line; its rank must not be lower than any rank entered before.
   * Pixel (i, j) covers the square from (i, j) to (i + 1, j + 1).
   */
  addLine(
    rank: number,
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    lineWidth: number,
    halo: number,
  ): void {
    const steep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
    // `u` runs along the line's longer axis, `v` across it.
    if (steep) this.#walk(rank, y0, x0, y1, x1, lineWidth, halo, this.height, this.width, true);
    else this.#walk(rank, x0, y0, x1, y1, lineWidth, halo, this.width, this.height, false);
  }

  #walk(
    rank: number,
    u0: number,
    v0: number,
    u1: number,
    v1: number,
    lineWidth: number,
    halo: number,
    uSize: number,
    vSize: number,
    steep: boolean,
  ): void {
    if (u0 > u1) {
      [u0, u1] = [u1, u0];
      [v0, v1] = [v1, v0];
    }
    const slope = u1 > u0 ? (v1 - v0) / (u1 - u0) : 0;
    const across = Math.sqrt(1 + slope * slope);
    const halfCore = (lineWidth / 2) * across;
    const half = halfCore + halo * across;
    let [from, to] = [Math.max(u0, 0), Math.min(u1, uSize)];
    // Only the part whose band touches the picture is walked: deep zooms have lines far longer than the view.
    if (slope > 0) {
      from = Math.max(from, u0 + (-half - v0) / slope);
      to = Math.min(to, u0 + (vSize + half - v0) / slope);
    } else if (slope < 0) {
      from = Math.max(from, u0 + (vSize + half - v0) / slope);
      to = Math.min(to, u0 + (-half - v0) / slope);
    } else if (v0 + half <= 0 || v0 - half >= vSize) return;
    const first = Math.max(0, Math.round(from));
    const last = Math.min(uSize, Math.round(to));
    if (first >= last) return;

    const slots = this.#slots;
    const open = this.#open;
    const [uStride, vStride] = steep ? [2 * this.width, 2] : [2, 2 * this.width];
    const [uTile, vTile] = steep ? [this.#tilesAcross, 1] : [1, this.#tilesAcross];
    const base = rank << 8;
    const vStart = v0 + (first + 0.5 - u0) * slope;
    let v = vStart;
    let u = first;
    while (u < last) {
      const stop = Math.min(last, (u | (TILE - 1)) + 1);
      const vStop = v + (stop - 1 - u) * slope;
      const tileOffset = (u >> TILE_BITS) * uTile;
      const firstTile = Math.max(Math.min(v, vStop) - half, 0) >> TILE_BITS;
      const lastTile = Math.min(Math.max(v, vStop) + half, vSize - 1) >> TILE_BITS;
      let anyOpen = 0;
      for (let tile = firstTile; tile <= lastTile; tile++) anyOpen |= open[tileOffset + tile * vTile]!;
      if (anyOpen === 0) {
        u = stop;
        v = vStop + slope;
        continue;
      }
      for (; u < stop; u++, v += slope) {
        const low = v - half;
        const high = v + half;
        const rowFirst = low > 0 ? low | 0 : 0;
        const rowLast = high < vSize ? high | 0 : vSize - 1;
        let at = u * uStride + rowFirst * vStride;
        for (let row = rowFirst; row <= rowLast; row++, at += vStride) {
          if (slots[at + 1]! < base) continue;
          const whole = Math.min(high, row + 1) - Math.max(low, row);
          const core = Math.max(Math.min(v + halfCore, row + 1) - Math.max(v - halfCore, row), 0);
          const coverage = ((core * FULL + 0.5) << 4) | ((whole - core) * FULL + 0.5);
          if (coverage >= FAINT) {
            this.#enter(at, base, coverage, tileOffset + (row >> TILE_BITS) * vTile);
          }
        }
      }
    }
    if (steep) this.#touch(first, last);
    else this.#touch(Math.min(vStart, v - slope) - half, Math.max(vStart, v - slope) + half);
  }

  /** Enters a disc under the same rule of ranks. */
  addDot(rank: number, x: number, y: number, radius: number, halo: number): void {
    const reach = radius + halo + 0.5;
    const left = Math.max(0, Math.floor(x - reach));
    const right = Math.min(this.width, Math.ceil(x + reach));
    const top = Math.max(0, Math.floor(y - reach));
    const bottom = Math.min(this.height, Math.ceil(y + reach));
    if (left >= right || top >= bottom) return;
    const base = rank << 8;
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const whole = Math.min(Math.max(reach - distance, 0), 1);
        const core = Math.min(Math.max(reach - halo - distance, 0), 1);
        const coverage = ((core * FULL + 0.5) << 4) | ((whole - core) * FULL + 0.5);
        if (coverage < FAINT) continue;
        const tile = (row >> TILE_BITS) * this.#tilesAcross + (column >> TILE_BITS);
        this.#enter(2 * (row * this.width + column), base, coverage, tile);
      }
    }
    this.#touch(top, bottom);
  }

  #enter(at: number, base: number, coverage: number, tile: number): void {
    const slots = this.#slots;
    const slot = base | coverage;
    const front = slots[at]!;
    if (front === EMPTY) slots[at] = slot;
    else if (front >= base) slots[at] = Math.max(front, slot);
    else {
      const back = slots[at + 1]!;
      if (back === EMPTY) {
        slots[at + 1] = slot;
        this.#open[tile]!--;
      } else if (back >= base) slots[at + 1] = Math.max(back, slot);
    }
  }

  #touch(top: number, bottom: number): void {
    this.#top = Math.min(this.#top, Math.max(0, Math.floor(top)));
    this.#bottom = Math.max(this.#bottom, Math.min(this.height, Math.ceil(bottom)));
  }

  /**
   * Writes the picture of all lines with rank below `limit`, transparent elsewhere.
   *
   * @param look the same for every call that continues a picture
   * @param pixels width x height RGBA, not multiplied by alpha, as little-endian words
   * @param before the limit that `pixels` shows already; lines entered since must not rank below it. Null writes
   *   every pixel.
   */
  resolve(limit: number, look: RasterLook, pixels: Uint32Array, before: number | null): void {
    const slots = this.#slots;
    const end = Math.min(limit, RANK_LIMIT) << 8;
    const shown = before === null ? 0 : Math.min(before, RANK_LIMIT) << 8;
    const changesFrom = before === null ? 0 : Math.min(end, shown);
    const changesTo = Math.max(end, shown);
    if (before === null) pixels.fill(0);
    const { colours } = look;
    const { alphas, lights } = tabulateCoverage(look);
    const stop = Math.max(this.#top, this.#bottom) * this.width;
    for (let pixel = this.#top * this.width; pixel < stop; pixel++) {
      const front = slots[2 * pixel]!;
      if (front >= changesTo) continue;
      const back = slots[2 * pixel + 1]!;
      if (front < changesFrom && (back < changesFrom || back >= changesTo)) continue;
      if (front >= end) {
        pixels[pixel] = 0;
        continue;
      }
      const frontColour = colours[front >>> 8]!;
      let alpha = alphas[front & 255]!;
      let frontLight = lights[front & 255]!;
      let backColour = 0;
      let backLight = 0;
      if (back < end) {
        const seen = 1 - alpha;
        backColour = colours[back >>> 8]!;
        backLight = lights[back & 255]! * seen;
        alpha += alphas[back & 255]! * seen;
      }
      // The canvas wants colours that are not multiplied by their opacity.
      const scale = 1 / alpha;
      frontLight *= scale;
      backLight *= scale;
      const red = (frontColour & 255) * frontLight + (backColour & 255) * backLight;
      const green = ((frontColour >> 8) & 255) * frontLight + ((backColour >> 8) & 255) * backLight;
      const blue = ((frontColour >> 16) & 255) * frontLight + ((backColour >> 16) & 255) * backLight;
      pixels[pixel] = (red + 0.5) | ((green + 0.5) << 8) | ((blue + 0.5) << 16) | ((alpha * 255 + 0.5) << 24);
    }
  }
}

/** Opacity, and the part of it in the line's own colour (the rest is black), for every value of core and halo. */
function tabulateCoverage({ opacity, haloOpacity }: RasterLook) {
  const alphas = new Float64Array(256);
  const lights = new Float64Array(256);
  for (let coverage = 0; coverage < 256; coverage++) {
    lights[coverage] = ((coverage >> 4) / FULL) * opacity;
    alphas[coverage] = lights[coverage]! + ((coverage & 15) / FULL) * haloOpacity;
  }
  return { alphas, lights };
}
