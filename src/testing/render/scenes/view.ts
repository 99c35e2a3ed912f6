/** One photo to take: a scene in its light, a camera, and how the picture is developed. */
import type { Camera } from '../camera.ts';
import type { Development } from '../developPhoto.ts';
import type { Lighting } from '../lighting.ts';
import type { Scene } from '../scene.ts';

export interface View {
  readonly camera: Camera;
  readonly lighting: Lighting;
  readonly development: Development;
}

export interface PairScene {
  readonly scene: Scene;
  readonly views: readonly [View, View];
  /** A plane that fills both photos: the truth is then one homography. */
  readonly plane: {
    readonly point: readonly [number, number, number];
    readonly normal: readonly [number, number, number];
  } | null;
}

/** Size of the photos that ship, in pixels. */
export const photoSize = { width: 1280, height: 960 } as const;
