/**
 * The focal length that the camera wrote down, in pixels: a start for geometry that needs calibrated cameras.
 * It is a hint: photos without it, or with a damaged one, are as good as any.
 */
import { parse } from 'exifr/dist/lite.esm.mjs';

/** The tags of Exif 2.32 the focal length is computed from, as numbers or absent. */
export interface FocalTags {
  /** Millimetres. */
  readonly FocalLength?: unknown;
  /** Millimetres on 35 mm film; 0 means unknown. */
  readonly FocalLengthIn35mmFormat?: unknown;
  /** Pixels a resolution unit on the sensor, for the size the camera wrote. */
  readonly FocalPlaneXResolution?: unknown;
  /** 2 inch, 3 centimetre, 4 millimetre, 5 micrometre. */
  readonly FocalPlaneResolutionUnit?: unknown;
  /** Size the camera wrote. */
  readonly ExifImageWidth?: unknown;
  readonly ExifImageHeight?: unknown;
}

/** Of the 36 mm x 24 mm frame. */
const FILM_DIAGONAL_MM = Math.hypot(36, 24);
const UNIT_MM: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1, 5: 0.001 };

/**
 * The 35 mm equivalent is taken by the diagonal, as the camera makers' guideline CIPA DCG-001 defines it; by the
 * 36 mm width it would be 4 % off on the 4:3 sensors of all phones. Where it is missing, the focal length
 * and the pixels a millimetre on the sensor give it, corrected for a later resize of the photo. Both take the
 * photo as uncropped. Turning a photo does not change its focal length.
 *
 * @param photo size in pixels, oriented or not
 * @returns pixels, or null where the tags do not say
 */
export function focalLengthPx(tags: FocalTags, photo: { width: number; height: number }): number | null {
  const equivalentMm = positive(tags.FocalLengthIn35mmFormat);
  if (equivalentMm !== null) {
    return (equivalentMm / FILM_DIAGONAL_MM) * Math.hypot(photo.width, photo.height);
  }
  const focalMm = positive(tags.FocalLength);
  const resolution = positive(tags.FocalPlaneXResolution);
  const unitMm = UNIT_MM[positive(tags.FocalPlaneResolutionUnit) ?? 2];
  if (focalMm === null || resolution === null || unitMm === undefined) return null;
  const writtenLong = Math.max(positive(tags.ExifImageWidth) ?? 0, positive(tags.ExifImageHeight) ?? 0);
  const resize = writtenLong > 0 ? Math.max(photo.width, photo.height) / writtenLong : 1;
  return ((focalMm * resolution) / unitMm) * resize;
}

/** @returns pixels, or null where the file does not say; never fails */
export async function readFocalLengthPx(
  bytes: Uint8Array,
  photo: { width: number; height: number },
): Promise<number | null> {
  try {
    // The small build cannot pick tags by name: it reads the whole directory, a few hundred bytes.
    const tags: FocalTags | undefined = await parse(bytes, {
      gps: false,
      translateValues: false,
      reviveValues: false,
    });
    return tags === undefined ? null : focalLengthPx(tags, photo);
  } catch {
    // Formats the reader does not know and damaged tags alike.
    return null;
  }
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
