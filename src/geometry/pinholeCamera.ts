/**
 * Cameras without distortion and with square pixels, and what is assumed of one that nobody calibrated: what
 * the essential matrix needs to know besides matches.
 */

/** Where a focal length comes from: the camera's own EXIF, an assumption, or a person. */
export type FocalSource = 'exif' | 'guessed' | 'given';

export interface PinholeCamera {
  /** Focal length in pixels of the photo after EXIF orientation. */
  readonly focalPx: number;
  /** Where the optical axis meets the photo, in photo pixels. */
  readonly principalPoint: readonly [x: number, y: number];
  readonly focalSource: FocalSource;
}

/** Of the long edge; 43 mm on a 36 mm wide frame, between a phone's main camera (0.75) and a portrait lens (2.4). */
export const typicalFocalLength = 1.2;

/**
 * The camera of a photo: the given focal length, else that of EXIF, else 1.2 times the long edge; the principal
 * point in the middle, as of a photo that nobody cropped.
 *
 * @param photo size in pixels after EXIF orientation; `focalPx` as EXIF gives it, in those pixels, or null
 * @param givenFocalPx what a person set, or null
 */
export function chooseCamera(
  photo: { readonly width: number; readonly height: number; readonly focalPx: number | null },
  givenFocalPx: number | null = null,
): PinholeCamera {
  const { width, height, focalPx } = photo;
  const principalPoint = [(width - 1) / 2, (height - 1) / 2] as const;
  if (givenFocalPx !== null) return { focalPx: givenFocalPx, principalPoint, focalSource: 'given' };
  if (focalPx !== null) return { focalPx, principalPoint, focalSource: 'exif' };
  return { focalPx: typicalFocalLength * Math.max(width, height), principalPoint, focalSource: 'guessed' };
}
