/** Where the cases find what they measure with, from the project's root. */

/** Of LoFTR; a plain export is compared with these. */
export const networkIds = ['compact', 'official'] as const;
export type NetworkId = (typeof networkIds)[number];

/** All that read weights and match photos. */
export const matchedIds = [...networkIds, 'dkm'] as const;
export type MatchedId = (typeof matchedIds)[number];

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export const sizes: readonly PictureSize[] = [
  { width: 320, height: 240 },
  { width: 640, height: 480 },
];

/** What DKM is matched at: small enough for a CPU, and as it was published. */
export const dkmSizes = {
  small: { width: 320, height: 240 },
  published: { width: 720, height: 540 },
} as const satisfies Record<string, PictureSize>;

/** Everything that is made and not kept. */
export const inputFolder = '.cache/bench';

/** The compact weights as they ship; the official widths filled by formula, as `torch.save` would write them. */
export const weightsFiles: Readonly<Record<MatchedId, string>> = {
  compact: 'public/weights/loftr-compact.safetensors',
  official: `${inputFolder}/loftr-official-formula.ckpt`,
  dkm: `${inputFolder}/dkm-official-formula.pth`,
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
