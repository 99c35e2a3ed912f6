/**
 * One photo as a view shows it: cut out, mirrored, turned. All of it moves whole pixels, so what comes back is
 * exact, and no pixel is interpolated twice: the network's input is resampled from the framed photo as from any
 * other.
 */
import type { Affine } from '../geometry/coordinates.ts';

/** Whole photo pixels: those with left <= x < left + width, and so for y. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels along either side of a box: a network sees nothing in fewer. */
export const LEAST_BOX_SIDE = 32;

export type QuarterTurns = 0 | 1 | 2 | 3;

export const allTurns: readonly QuarterTurns[] = [0, 1, 2, 3];

/** First cut out, then mirrored left to right, then turned. */
export interface Framing {
  /** Null for the whole photo. */
  readonly box: Box | null;
  readonly mirrored: boolean;
  /** Clockwise. */
  readonly quarterTurns: QuarterTurns;
}

export const upright: Framing = { box: null, mirrored: false, quarterTurns: 0 };

/** Shown upright or mirrored, a photo turned clockwise by so much more. */
export function turnedBy(framing: Framing, turns: QuarterTurns): Framing {
  // In a mirror, what turns clockwise turns the other way.
  const quarterTurns = framing.quarterTurns + (framing.mirrored ? 4 - turns : turns);
  return { ...framing, quarterTurns: (quarterTurns % 4) as QuarterTurns };
}

/** How far the photo itself is turned, clockwise, whatever mirrors it. */
export function turnOf({ mirrored, quarterTurns }: Framing): QuarterTurns {
  return ((mirrored ? 4 - quarterTurns : quarterTurns) % 4) as QuarterTurns;
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Pixels that are read in bands of rows: what a decoded photo is, and what a framed one is again. */
export interface PixelRows extends Extent {
  /** Rows `start` (inclusive) to `start + count` as RGBA bytes. */
  readRows(start: number, count: number): Promise<Uint8ClampedArray | Uint8Array>;
}

export function isUpright({ box, mirrored, quarterTurns }: Framing): boolean {
  return box === null && !mirrored && quarterTurns === 0;
}

/** Size of the framed photo in pixels. */
export function framedExtent(photo: Extent, { box, quarterTurns }: Framing): Extent {
  const { width, height } = box ?? photo;
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** Pixel centres of the framed photo to those of the photo. */
export function framedToPhoto(photo: Extent, framing: Framing): Affine<'framed', 'photo'> {
  const { left, top, width, height } = boxOf(photo, framing);
  const [right, bottom] = [width - 1, height - 1];
  // Undo the turn: [column of x by u, by v, offset], and so for y.
  const turns = [
    [1, 0, 0, 0, 1, 0],
    [0, 1, 0, -1, 0, bottom],
    [-1, 0, right, 0, -1, bottom],
    [0, -1, right, 1, 0, 0],
  ] as const;
  const [a, b, c, d, e, f] = turns[framing.quarterTurns];
  return framing.mirrored ? [-a, -b, right - c + left, d, e, f + top] : [a, b, c + left, d, e, f + top];
}

function boxOf(photo: Extent, { box }: Framing): Box {
  return box ?? { left: 0, top: 0, width: photo.width, height: photo.height };
}

/** Read at once where a quarter turn needs columns. */
const BAND_PIXELS = 4 * 2 ** 20;

/** The framed photo, read from the photo as it is asked for; the photo stays open and is closed by its owner. */
export function framePixels(photo: PixelRows, framing: Framing): PixelRows {
  if (isUpright(framing)) return photo;
  const box = boxOf(photo, framing);
  const extent = framedExtent(photo, framing);
  const [a, b, c, d, e, f] = framedToPhoto(photo, framing);
  const turned = framing.quarterTurns % 2 === 1;

  /** Rows of the framed photo are rows of the photo. */
  async function readAlongRows(start: number, count: number): Promise<Uint8Array> {
    const framed = new Uint32Array(count * extent.width);
    const [y0, y1] = [e * start + f, e * (start + count - 1) + f];
    const first = Math.min(y0, y1);
    const pixels = asWords(await photo.readRows(first, count));
    for (let v = start; v < start + count; v++) {
      const from = (e * v + f - first) * photo.width + c;
      const to = (v - start) * extent.width;
      for (let u = 0; u < extent.width; u++) framed[to + u] = pixels[from + a * u]!;
    }
    return new Uint8Array(framed.buffer);
  }

  /** Rows of the framed photo are columns of the photo: all of its rows have a part in them. */
  async function readAlongColumns(start: number, count: number): Promise<Uint8Array> {
    const framed = new Uint32Array(count * extent.width);
    const bandRows = Math.max(1, Math.floor(BAND_PIXELS / photo.width));
    for (let band = box.top; band < box.top + box.height; band += bandRows) {
      const rows = Math.min(bandRows, box.top + box.height - band);
      const pixels = asWords(await photo.readRows(band, rows));
      for (let y = band; y < band + rows; y++) {
        const u = (y - f) / d;
        const from = (y - band) * photo.width + c;
        for (let v = 0; v < count; v++) framed[v * extent.width + u] = pixels[from + b * (start + v)]!;
      }
    }
    return new Uint8Array(framed.buffer);
  }

  return { ...extent, readRows: turned ? readAlongColumns : readAlongRows };
}

/** A pixel a word; bytes that do not start at a word are copied. */
function asWords(bytes: Uint8ClampedArray | Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
