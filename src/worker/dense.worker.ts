/** The worker for dense matches: the service with the browser's own parts. */
import { createDenseService } from './denseService.ts';
import { type MessageScope, serveCalls } from './serveCalls.ts';

serveCalls(
  self as unknown as MessageScope,
  createDenseService({
    readPixels(picture) {
      const { width, height } = picture;
      const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
      context.drawImage(picture, 0, 0);
      picture.close();
      return context.getImageData(0, 0, width, height);
    },
    toBitmap: (pixels, width, height) => createImageBitmap(new ImageData(pixels, width, height)),
  }),
);
