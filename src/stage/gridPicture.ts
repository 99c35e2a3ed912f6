/**
 * Pictures with one pixel a cell of a dense grid: where they lie over the photo, and the certainties as one. Cell
 * centres are whole numbers, so the grid's area starts half a cell before the first centre.
 */
import type { Affine } from '../geometry/coordinates.ts';
import { confidenceColour, packRgb } from './colourMap.ts';
import type { Box, Extent, PhotoPlace } from './stageLayout.ts';

/**
 * The area of a grid in stage coordinates. It may end up to half a cell before or behind the photo.
 *
 * @param cellToPhoto without rotation
 */
export function placeGrid(grid: Extent, cellToPhoto: Affine<'cell', 'photo'>, place: PhotoPlace): Box {
  const [scaleX, , shiftX, , scaleY, shiftY] = cellToPhoto;
  // Photo coordinate of the grid's outer edge, then by the photo's own half pixel to its outer edge.
  return {
    x: place.x + (shiftX - 0.5 * scaleX + 0.5) * place.scale,
    y: place.y + (shiftY - 0.5 * scaleY + 0.5) * place.scale,
    width: grid.width * scaleX * place.scale,
    height: grid.height * scaleY * place.scale,
  };
}

const STEPS = 255;
const OPAQUE = 0xff000000;

/** @returns RGBA bytes in little-endian order, opaque, one pixel a certainty */
export function paintCertainty(certainty: Float32Array): Uint32Array<ArrayBuffer> {
  const table = Uint32Array.from(
    { length: STEPS + 1 },
    (_, k) => packRgb(confidenceColour(k / STEPS)) | OPAQUE,
  );
  const pixels = new Uint32Array(certainty.length);
  // A million cells: truncating is several times as fast as Math.round.
  for (let k = 0; k < pixels.length; k++) pixels[k] = table[(certainty[k]! * STEPS + 0.5) | 0]!;
  return pixels;
}
