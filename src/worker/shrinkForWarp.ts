/**
 * Previews at the resolution of a warp: with about one pixel a cell, reading between four pixels leaves nothing out,
 * and little memory moves to the worker.
 */
export async function shrinkForWarp(
  /** Of the warps over both photos, in cells. */
  widths: readonly [number, number],
  previews: readonly [ImageBitmap, ImageBitmap],
): Promise<readonly [ImageBitmap, ImageBitmap]> {
  const [first, second] = await Promise.all(
    previews.map((preview, side) => {
      const share = Math.min(1, widths[side]! / preview.width);
      return createImageBitmap(preview, {
        resizeWidth: Math.max(1, Math.round(preview.width * share)),
        resizeHeight: Math.max(1, Math.round(preview.height * share)),
        resizeQuality: 'medium',
      });
    }),
  );
  return [first!, second!];
}
