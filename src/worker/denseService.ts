/** What the worker for dense matches does for the page: samples them again and warps the photos by them. */
import { warpsByHomography } from '../pipeline/homographyWarp.ts';
import { drawAgain } from '../pipeline/matchPair.ts';
import { type PairDense, type PhotoWarp, warpsInPhotos } from '../pipeline/pairDense.ts';
import { type PixelPicture, warpPicture } from '../pipeline/warpPicture.ts';
import type { DenseCalls, WarpReply, WarpRequest } from './protocol.ts';
import type { CallContext, Handlers } from './serveCalls.ts';

/** The browser's own parts, so that the service itself runs in tests. */
export interface DenseServiceParts {
  /** Reads a picture and frees it. */
  readonly readPixels: (picture: ImageBitmap) => PixelPicture;
  readonly toBitmap: (
    pixels: Uint8ClampedArray<ArrayBuffer>,
    width: number,
    height: number,
  ) => Promise<ImageBitmap>;
}

export function createDenseService({ readPixels, toBitmap }: DenseServiceParts): Handlers<keyof DenseCalls> {
  let held: PairDense | null = null;

  function heldDense(): PairDense {
    if (!held) throw new RangeError('No dense matches are held.');
    return held;
  }

  return {
    async holdDense({ dense }) {
      held = dense;
      return null;
    },

    async sampleAgain({ matches, samples }, { transfer }) {
      const { dense: _, ...sampled } = drawAgain({ ...matches, dense: heldDense() }, samples);
      const { keypoints0, keypoints1, confidence, view, support } = sampled;
      for (const { buffer } of [keypoints0, keypoints1, confidence, view, support]) {
        transfer(buffer as ArrayBuffer);
      }
      return sampled;
    },

    warpPhotos: (request, scope) => warpBoth(warpsInPhotos(heldDense()), request, scope),
    warpByHomography: (request, scope) =>
      warpBoth(warpsByHomography(request.matrix, request.photos), request, scope),
  };

  async function warpBoth(
    warps: WarpReply['warps'],
    { pictures, photos }: WarpRequest,
    { signal, transfer }: CallContext,
  ): Promise<WarpReply> {
    const warped = [
      await warpInto(warps[0], pictures[1], photos[1]),
      await warpInto(warps[1], pictures[0], photos[0]),
    ] as const;
    signal.throwIfAborted();
    for (const { warp, certainty } of warps) {
      transfer(warp.buffer as ArrayBuffer);
      transfer(certainty.buffer as ArrayBuffer);
    }
    for (const picture of warped) transfer(picture);
    return { warps, warped };
  }

  function warpInto(warp: PhotoWarp, other: ImageBitmap, photo: { width: number; height: number }) {
    return toBitmap(warpPicture(warp, readPixels(other), photo), warp.width, warp.height);
  }
}
