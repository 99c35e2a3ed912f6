/**
 * A decoded photo whose pixels are read in bands of rows, so that 100 megapixels never stand in memory twice.
 */
export interface PixelSource {
  /** Size in pixels after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  /** Rows `start` (inclusive) to `start + count` as RGBA bytes, sRGB, not premultiplied. */
  readRows(start: number, count: number): Promise<Uint8ClampedArray | Uint8Array>;
  /** Frees the decoded picture. */
  close(): void;
}

/** What is known of a photo besides its pixels. */
export interface PhotoDescription {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Hex digest of the file's bytes. */
  readonly sha256: string;
  /** Focal length in pixels of the oriented photo where EXIF gives it, else null. */
  readonly focalPx: number | null;
}
