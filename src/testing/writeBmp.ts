/** Writes the kinds of BMP there are in the wild: no encoder at hand does, and the decoders must be held to them. */

export type BmpLayout =
  | '24-bit'
  | '24-bit top-down'
  | '32-bit'
  | '32-bit with alpha'
  | '16-bit 5-6-5'
  | '8-bit palette'
  | '1-bit palette';

type ColourAt = (x: number, y: number) => readonly [r: number, g: number, b: number, a: number];

const BITS: Record<BmpLayout, number> = {
  '24-bit': 24,
  '24-bit top-down': 24,
  '32-bit': 32,
  '32-bit with alpha': 32,
  '16-bit 5-6-5': 16,
  '8-bit palette': 8,
  '1-bit palette': 1,
};

/** The palettes are grey and take the red of the colour; one bit is set from 128 on. */
export function writeBmp(
  layout: BmpLayout,
  width: number,
  height: number,
  colourAt: ColourAt,
): Uint8Array<ArrayBuffer> {
  const bits = BITS[layout];
  const masks =
    layout === '16-bit 5-6-5'
      ? [0xf800, 0x07e0, 0x001f, 0]
      : layout === '32-bit with alpha'
        ? [0xff0000, 0x00ff00, 0x0000ff, 0xff000000]
        : null;
  // BITMAPINFOHEADER, or BITMAPV4HEADER where there are masks.
  const headerBytes = masks === null ? 40 : 108;
  const paletteEntries = bits <= 8 ? 2 ** bits : 0;
  const pixelsAt = 14 + headerBytes + 4 * paletteEntries;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const bytes = new Uint8Array(pixelsAt + rowBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, pixelsAt, true);
  view.setUint32(14, headerBytes, true);
  view.setInt32(18, width, true);
  view.setInt32(22, layout === '24-bit top-down' ? -height : height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, masks === null ? 0 : 3, true);
  for (const [k, mask] of (masks ?? []).entries()) view.setUint32(54 + 4 * k, mask, true);
  for (let k = 0; k < paletteEntries; k++) {
    const grey = (255 * k) / (paletteEntries - 1);
    bytes.set([grey, grey, grey, 0], 14 + headerBytes + 4 * k);
  }
  for (let y = 0; y < height; y++) {
    const row = pixelsAt + rowBytes * (layout === '24-bit top-down' ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const [r, g, b, a] = colourAt(x, y);
      if (bits === 1) bytes[row + (x >> 3)]! |= (r < 128 ? 0 : 0x80) >> (x & 7);
      else if (bits === 8) bytes[row + x] = r;
      else if (bits === 16) {
        view.setUint16(row + 2 * x, ((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3), true);
      } else {
        bytes.set([b, g, r], row + (x * bits) / 8);
        if (layout === '32-bit with alpha') bytes[row + 4 * x + 3] = a;
      }
    }
  }
  return bytes;
}
