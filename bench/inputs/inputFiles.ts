/** Where the cases find what they measure with, from the project's root. */

export const networkIds = ['compact', 'official'] as const;
export type NetworkId = (typeof networkIds)[number];

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export const sizes: readonly PictureSize[] = [
  { width: 320, height: 240 },
  { width: 640, height: 480 },
];

/** Everything that is made and not kept. */
export const inputFolder = '.cache/bench';

/** The compact weights as they ship; the official widths filled by formula, as `torch.save` would write them. */
export const weightsFiles: Readonly<Record<NetworkId, string>> = {
  compact: 'public/weights/loftr-compact.safetensors',
  official: `${inputFolder}/loftr-official-formula.ckpt`,
};

export function nameSize({ width, height }: PictureSize): string {
  return `${width}x${height}`;
}

/** RGBA bytes of photo 0 or 1 of a pair. */
export function photoFile(size: PictureSize, side: 0 | 1): string {
  return `${inputFolder}/pair-${nameSize(size)}-${side}.rgba`;
}

/** JSON: the homography from photo 0 to photo 1, row-major. */
export function truthFile(size: PictureSize): string {
  return `${inputFolder}/pair-${nameSize(size)}-truth.json`;
}

/** What plainExport.py writes. */
export function plainExportFile(network: NetworkId, size: PictureSize): string {
  return `${inputFolder}/plain-${network}-${nameSize(size)}.onnx`;
}
