/**
 * BMP for the terminal: browsers decode it, sharp does not. Colours by palette (1, 4, 8 bits), by masks (16, 32
 * bits) and plain (24 bits), bottom-up and top-down; run-length coding, seen nowhere any more, is refused.
 */

export interface DecodedPixels {
  /** RGBA bytes, not premultiplied. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

/** @throws RangeError where the header asks for what is not supported or not there */
export function decodeBmp(bytes: Uint8Array): DecodedPixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelsAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  const isCore = headerBytes === 12;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isCore ? view.getInt16(20, true) : view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : view.getUint32(30, true);
  if (width <= 0 || height === 0) throw new RangeError('The picture has no pixels.');
  if (compression !== 0 && compression !== BITFIELDS && compression !== ALPHA_BITFIELDS) {
    throw new RangeError(`Compression ${compression} is not supported.`);
  }

  const readPixel =
    bitsPerPixel <= 8
      ? paletteReader(view, 14 + headerBytes, isCore ? 3 : 4, bitsPerPixel)
      : directReader(view, bitsPerPixel, compression, headerBytes);
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const pixels = new Uint8Array(width * height * 4);
  const out = new DataView(pixels.buffer);
  for (let y = 0; y < height; y++) {
    const row = pixelsAt + rowBytes * (signedHeight > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) out.setUint32((y * width + x) * 4, readPixel(row, x));
  }
  return { pixels, width, height };
}

/** Gives a pixel of the row that starts at `row` as the number 0xRRGGBBAA. */
type ReadPixel = (row: number, x: number) => number;

function paletteReader(view: DataView, paletteAt: number, entryBytes: number, bits: number): ReadPixel {
  if (bits !== 1 && bits !== 4 && bits !== 8) throw new RangeError(`${bits} bits a pixel are not supported.`);
  const pixelsAByte = 8 / bits;
  return (row, x) => {
    const byte = view.getUint8(row + Math.floor(x / pixelsAByte));
    const index = (byte >> (8 - bits * ((x % pixelsAByte) + 1))) & (2 ** bits - 1);
    return bgrAt(view, paletteAt + index * entryBytes);
  };
}

function directReader(view: DataView, bits: number, compression: number, headerBytes: number): ReadPixel {
  if (bits === 24) return (row, x) => bgrAt(view, row + x * 3);
  if (bits !== 16 && bits !== 32) throw new RangeError(`${bits} bits a pixel are not supported.`);
  const read: ReadPixel =
    bits === 16
      ? (row, x) => view.getUint16(row + x * 2, true)
      : (row, x) => view.getUint32(row + x * 4, true);
  const masks = readMasks(view, bits, compression, headerBytes);
  return (row, x) => {
    const value = read(row, x);
    const [r, g, b, a] = masks.map((mask) => scaleMasked(value, mask)) as [number, number, number, number];
    return ((r << 24) | (g << 16) | (b << 8) | (masks[3] === 0 ? 255 : a)) >>> 0;
  };
}

/** Red, green, blue and alpha; an alpha mask of 0 means opaque. */
function readMasks(
  view: DataView,
  bits: number,
  compression: number,
  headerBytes: number,
): readonly number[] {
  if (compression === 0) {
    return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0x00ff00, 0x0000ff, 0];
  }
  const hasAlpha = compression === ALPHA_BITFIELDS || headerBytes >= 56;
  return [54, 58, 62, 66].map((at, k) => (k === 3 && !hasAlpha ? 0 : view.getUint32(at, true)));
}

/** The bits under the mask, stretched to a byte. */
function scaleMasked(value: number, mask: number): number {
  if (mask === 0) return 0;
  const shift = 31 - Math.clz32(mask & -mask);
  return Math.round((255 * ((value & mask) >>> shift)) / (mask >>> shift));
}

function bgrAt(view: DataView, at: number): number {
  return (
    ((view.getUint8(at + 2) << 24) | (view.getUint8(at + 1) << 16) | (view.getUint8(at) << 8) | 255) >>> 0
  );
}
