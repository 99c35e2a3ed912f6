/** The view as a PNG: the layers as they are seen, with the lines drawn afresh at the resolution asked for. */
import type Konva from 'konva';
import { CovisError } from '../reporting/covisError.ts';
import { LinePainter, type LinePicture } from './LinePainter.ts';
import type { Extent } from './stageLayout.ts';

interface SeenPicture {
  /** From the bottom to the top: the photos and what lies over them, below the lines. */
  readonly photos: readonly Konva.Layer[];
  readonly highlight: Konva.Layer;
  readonly pictures: readonly LinePicture[];
  readonly lineOpacity: number;
  readonly size: Extent;
  readonly background: string;
  readonly pixelRatio: number;
}

/** @throws CovisError (export, `picture-failed`) when the browser cannot make so large a picture */
export async function savePicture(seen: SeenPicture): Promise<Blob> {
  const { photos, highlight, pictures, lineOpacity, size, background, pixelRatio } = seen;
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(size.width * pixelRatio);
  canvas.height = Math.floor(size.height * pixelRatio);
  const context = canvas.getContext('2d');
  const blob =
    context &&
    (await new Promise<Blob | null>((resolve) => {
      const view = { x: 0, y: 0, ...size, pixelRatio };
      context.fillStyle = background;
      context.fillRect(0, 0, canvas.width, canvas.height);
      for (const layer of photos) context.drawImage(layer.toCanvas(view), 0, 0);
      for (const picture of pictures) {
        const painter = new LinePainter();
        context.globalAlpha = lineOpacity * picture.style.opacity;
        context.drawImage(painter.paint({ ...picture, pixelRatio }), 0, 0);
        painter.release();
      }
      context.globalAlpha = 1;
      context.drawImage(highlight.toCanvas(view), 0, 0);
      canvas.toBlob(resolve, 'image/png');
    }));
  if (!blob) {
    throw new CovisError(
      'export',
      'picture-failed',
      `The browser could not make a picture of ${canvas.width} x ${canvas.height} pixels; try a smaller window.`,
    );
  }
  return blob;
}
