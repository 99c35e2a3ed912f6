/** What the stage is told and what it answers: data in through props, events out, no store. */
import type { PhotoWarp } from '../pipeline/pairDense.ts';
import type { ViewId } from '../pipeline/pairMatches.ts';
import type { MatchSelection } from '../pipeline/selectMatches.ts';
import type { ColourModeId } from './colourModes.ts';
import type { StageGeometry, StageMatches, StagePhoto } from './stageData.ts';

export type Visibility = 'shown' | 'dimmed' | 'hidden';

/** Matches that are not selected are not drawn. */
export interface StageView extends MatchSelection {
  readonly colourBy: ColourModeId;
  readonly inliers: Visibility;
  readonly outliers: Visibility;
  /** At most this many lines, the most confident first. */
  readonly maximumLines: number;
  /** Matches of these views are not drawn, where there are several. */
  readonly hiddenViews: readonly ViewId[];
}

/** The match of every point of both photos, or where a homography sends it. */
export interface StageDense {
  readonly byHomography: boolean;
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
  /** Null while there is none: then every match counts as an inlier. */
  readonly geometry: StageGeometry | null;
  readonly view: StageView;
  /** Null while there are no dense matches: then the mode is that of the lines. */
  readonly dense: StageDense | null;
  readonly denseView: DenseView;
  readonly theme: 'light' | 'dark';
  /** Index of the match under the pointer or chosen by keyboard. */
  readonly highlighted: number | null;
  readonly onHighlight: (index: number | null) => void;
}

/** In CSS pixels of the stage, after zoom and pan. */
export interface StageMarks {
  /** Where both photos are: a photo's pixel (x, y) lies at its corner + (x + 0.5, y + 0.5) * scale. */
  readonly places: readonly [MarkedPlace, MarkedPlace];
  /** Epipolar lines, each from one end to the other in the photo named. */
  readonly lines: readonly { readonly side: 0 | 1; readonly ends: readonly [number[], number[]] }[];
  /** Where points land under a homography. */
  readonly landings: readonly { readonly side: 0 | 1; readonly at: number[] }[];
  /** Of both photos: whether the epipole itself is marked or an arrow towards it. */
  readonly epipoles: readonly {
    readonly side: 0 | 1;
    readonly kind: 'point' | 'arrow';
    readonly at: number[];
  }[];
}

interface MarkedPlace {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Imperative handle for the buttons and keys of the page. */
export interface PairStageHandle {
  fit(): void;
  /** Zooms by a factor about the middle of the view. */
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  /** What is drawn of the geometry at this moment; null while there are no photos. */
  marks(): StageMarks | null;
  /** The view as it is on the screen, at the screen's pixel ratio or the one given. */
  toPng(pixelRatio?: number): Promise<Blob>;
}
