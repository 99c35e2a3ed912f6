/** What the stage is told and what it answers: data in through props, events out, no store. */
import type { Points } from '../geometry/coordinates.ts';
import type { PhotoWarp } from '../pipeline/pairDense.ts';

export interface StagePhoto {
  readonly name: string;
  /** Size of the photo in pixels; `image` may be smaller, with the same aspect. */
  readonly width: number;
  readonly height: number;
  readonly image: ImageBitmap;
}

/** N matches in photo pixels, ordered by falling confidence. */
export interface StageMatches {
  readonly keypoints0: Points<'photo'>;
  readonly keypoints1: Points<'photo'>;
  readonly confidence: Float32Array;
}

export type Visibility = 'shown' | 'dimmed' | 'hidden';

export interface StageView {
  readonly colourBy: 'confidence' | 'inlier';
  readonly inliers: Visibility;
  readonly outliers: Visibility;
  /** Matches below are not drawn. */
  readonly minimumConfidence: number;
  /** At most this many lines, the most confident first. */
  readonly maximumLines: number;
}

/** The match of every point of both photos. */
export interface StageDense {
  readonly warps: readonly [PhotoWarp, PhotoWarp];
  /** The other photo warped into each, one pixel a cell, as opaque as the match is certain. */
  readonly warped: readonly [ImageBitmap, ImageBitmap];
}

export interface DenseView {
  /** Lines, certainties over the photos, or each photo beside the other one warped into it. */
  readonly mode: 'matches' | 'certainty' | 'warp';
  /** Of the certainties over the photos, 0 to 1. */
  readonly certaintyOpacity: number;
  readonly compare: 'swipe' | 'blink';
  /** While blinking: both in turn, or one of them at rest. */
  readonly blink: 'alternate' | 'own' | 'other';
  /** How long each is shown in turn. */
  readonly blinkMs: number;
}

export interface PairStageProps {
  readonly photo0: StagePhoto | null;
  readonly photo1: StagePhoto | null;
  readonly matches: StageMatches | null;
  /** One byte a match, 1 = inlier; null while there is no geometry: then every match counts as an inlier. */
  readonly inliers: Uint8Array | null;
  readonly view: StageView;
  /** Null while there are no dense matches: then the mode is that of the lines. */
  readonly dense: StageDense | null;
  readonly denseView: DenseView;
  readonly theme: 'light' | 'dark';
  /** Index of the match under the pointer or chosen by keyboard. */
  readonly highlighted: number | null;
  readonly onHighlight: (index: number | null) => void;
}

/** Imperative handle for the buttons and keys of the page. */
export interface PairStageHandle {
  fit(): void;
  /** Zooms by a factor about the middle of the view. */
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  /** The view as it is on the screen, at the screen's pixel ratio or the one given. */
  toPng(pixelRatio?: number): Promise<Blob>;
}
