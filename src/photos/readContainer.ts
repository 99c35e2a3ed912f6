/**
 * What the frame around the pixels says: size, and whether the file reaches its end. Decoders fill what is
 * missing of a truncated file with grey and keep silent, so the end is looked for here, in the containers'
 * own structure: JPEG (ITU-T T.81, annex B), PNG (ISO 15948), WebP (RFC 9649), GIF89a, BMP and the boxes of
 * ISO 14496-12.
 */

export interface Container {
  /** In pixels, before orientation; null where the header does not say it cheaply. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** False when the file ends before its last picture does. */
  readonly complete: boolean;
}

const TRUNCATED: Container = { size: null, complete: false };

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function asciiAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/**
 * Segments are skipped by their lengths, so that a thumbnail's end is not mistaken for the picture's; what
 * cameras and phones append after the end of the picture is ignored.
 */
export function readJpeg(bytes: Uint8Array): Container {
  const view = viewOf(bytes);
  let size: Container['size'] = null;
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return { size, complete: false };
    while (bytes[at] === 0xff) at++;
    const marker = bytes[at++];
    if (marker === undefined) return { size, complete: false };
    if (marker === 0xd9) return { size, complete: true };
    // A stuffed zero belongs to the coded data; restart and TEM markers stand alone.
    if (marker === 0x00 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (at + 2 > bytes.length) return { size, complete: false };
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && size === null && at + 7 <= bytes.length) {
      size = { width: view.getUint16(at + 5), height: view.getUint16(at + 3) };
    }
    at += view.getUint16(at);
  }
}

export function readPng(bytes: Uint8Array): Container {
  if (bytes.length < 24) return TRUNCATED;
  const view = viewOf(bytes);
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  // A chunk is its length, its type, its data and a check sum.
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (asciiAt(bytes, at + 4, 4) === 'IEND') return { size, complete: true };
  }
  return { size, complete: false };
}

export function readWebp(bytes: Uint8Array): Container {
  if (bytes.length < 30) return TRUNCATED;
  const view = viewOf(bytes);
  return { size: readWebpSize(bytes, view), complete: view.getUint32(4, true) + 8 <= bytes.length };
}

function readWebpSize(bytes: Uint8Array, view: DataView): Container['size'] {
  switch (asciiAt(bytes, 12, 4)) {
    case 'VP8X':
      return {
        width: 1 + (view.getUint32(24, true) & 0xffffff),
        height: 1 + (view.getUint32(26, true) >>> 8),
      };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
}

/** Only the first frame is shown, so only the first frame has to be there. */
export function readGif(bytes: Uint8Array): Container {
  if (bytes.length < 13) return TRUNCATED;
  const view = viewOf(bytes);
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const paletteBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  /** Where the chain of sub-blocks from `at` ends, or past the end of the file. */
  const skipSubBlocks = (at: number) => {
    let next = at;
    while (next < bytes.length && bytes[next] !== 0) next += bytes[next]! + 1;
    return next + 1;
  };
  let at = 13 + paletteBytes(bytes[10]!);
  while (at < bytes.length) {
    if (bytes[at] === 0x21) {
      at = skipSubBlocks(at + 2);
    } else if (bytes[at] === 0x2c && at + 10 < bytes.length) {
      const end = skipSubBlocks(at + 11 + paletteBytes(bytes[at + 9]!));
      return { size, complete: end <= bytes.length };
    } else {
      break;
    }
  }
  return { size, complete: false };
}

export function readBmp(bytes: Uint8Array): Container {
  if (bytes.length < 34) return TRUNCATED;
  const view = viewOf(bytes);
  const pixelsAt = view.getUint32(10, true);
  const isCore = view.getUint32(14, true) === 12;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isCore ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  const bitsPerPixel = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : view.getUint32(30, true);
  // Rows are padded to four bytes. The size field in the header is often wrong, so it is not asked; run lengths
  // have no size known in advance.
  const isPlain = compression === 0 || compression === 3;
  const pixelBytes = isPlain ? Math.ceil((width * bitsPerPixel) / 32) * 4 * height : 0;
  return { size: { width, height }, complete: pixelsAt + pixelBytes <= bytes.length };
}

/** AVIF and its relatives: the file is whole when its boxes are. */
export function readBoxes(bytes: Uint8Array): Container {
  const view = viewOf(bytes);
  let at = 0;
  while (at < bytes.length) {
    if (at + 8 > bytes.length) return TRUNCATED;
    let boxBytes = view.getUint32(at);
    // A size of 0 reaches to the end of the file, a size of 1 stands in 64 bits after the type.
    if (boxBytes === 0) break;
    if (boxBytes === 1) {
      if (at + 16 > bytes.length) return TRUNCATED;
      boxBytes = Number(view.getBigUint64(at + 8));
    }
    if (boxBytes < 8) return TRUNCATED;
    at += boxBytes;
  }
  return { size: null, complete: at <= bytes.length };
}
