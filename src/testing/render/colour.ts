/** Linear-light colours (sRGB primaries) and the transfer curve of sRGB (IEC 61966-2-1). */
export type Rgb = readonly [r: number, g: number, b: number];

export function decodeSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

export function encodeSrgb(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** Linear colour of a hexadecimal sRGB triple such as 0xd04020. */
export function hex(code: number): Rgb {
  return [
    decodeSrgb(((code >> 16) & 255) / 255),
    decodeSrgb(((code >> 8) & 255) / 255),
    decodeSrgb((code & 255) / 255),
  ];
}

export const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];
