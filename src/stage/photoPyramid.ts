/**
 * Halved copies of a photo, so that a small view of a large photo is neither slow nor full of aliasing: canvas
 * smoothing looks at four pixels only, whatever the reduction.
 */

export interface PhotoPyramid {
  /** The smallest level at least `width` pixels wide, else the photo itself. */
  levelFor(width: number): CanvasImageSource;
}

const SMALLEST_EDGE = 64;

/** Levels are made when first asked for: at a deep zoom the small ones never are. */
export function createPyramid(image: ImageBitmap): PhotoPyramid {
  const levels: (ImageBitmap | HTMLCanvasElement)[] = [image];
  return {
    levelFor(width) {
      let level = 0;
      while (image.width / 2 ** (level + 1) >= width && level < 16) {
        const from = levels[level]!;
        if (Math.min(from.width, from.height) <= SMALLEST_EDGE) break;
        level++;
        levels[level] ??= halve(from);
      }
      return levels[level]!;
    },
  };
}

function halve(source: ImageBitmap | HTMLCanvasElement): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(source.width / 2));
  canvas.height = Math.max(1, Math.round(source.height / 2));
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'low';
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
