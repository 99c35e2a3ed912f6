/**
 * Where the two photos lie on the stage before any zoom: side by side, or one above the other where the stage
 * is upright. Neither may become a stamp beside the other, whatever their sizes: they share one height (or
 * width), unless that would starve one of them.
 *
 * Stage coordinates are CSS pixels, x right, y down, the stage's top-left corner at (0, 0). A photo's pixel
 * centres are whole numbers, so photo (x, y) lies at origin + (x + 0.5, y + 0.5) * scale.
 */
import type { Points } from '../geometry/coordinates.ts';

export interface Extent {
  readonly width: number;
  readonly height: number;
}

interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Extent {
  readonly x: number;
  readonly y: number;
}

/** The area of one photo on the stage. */
export interface PhotoPlace extends Box {
  /** Stage pixels a photo pixel. */
  readonly scale: number;
}

export interface StageLayout {
  readonly arrangement: 'side-by-side' | 'stacked';
  readonly stage: Extent;
  readonly place0: PhotoPlace;
  readonly place1: PhotoPlace;
  /** The smallest box around both places. */
  readonly content: Box;
}

const MARGIN = 12;
const GAP = 12;

/** A photo is never given less than this share of the length that both divide between them. */
const LEAST_SHARE = 0.25;

/** On a stage that is not upright, stacking must show this many times more photo to be worth it. */
const STACKING_ADVANTAGE = 1.5;

/**
 * Lays out two photos; one that is missing gets the room of the other's twin.
 *
 * @returns null when there is no photo or no room to draw in
 */
export function layoutPair(stage: Extent, photo0: Extent | null, photo1: Extent | null): StageLayout | null {
  const size0 = photo0 ?? photo1;
  const size1 = photo1 ?? photo0;
  if (!size0 || !size1) return null;
  if (!(stage.width > 2 * MARGIN + GAP && stage.height > 2 * MARGIN + GAP)) return null;

  const stacked = stackPair(stage, size0, size1);
  if (stage.height > stage.width) return stacked;
  const sideBySide = transpose(stackPair(flip(stage), flip(size0), flip(size1)));
  return shownArea(stacked) > STACKING_ADVANTAGE * shownArea(sideBySide) ? stacked : sideBySide;
}

function stackPair(stage: Extent, size0: Extent, size1: Extent): StageLayout {
  const [roomX, roomY] = [stage.width - 2 * MARGIN, stage.height - 2 * MARGIN - GAP];
  // Heights at equal width; sharing by them gives equal widths.
  const [tall0, tall1] = [size0.height / size0.width, size1.height / size1.width];
  const share0 = Math.min(Math.max(tall0 / (tall0 + tall1), LEAST_SHARE), 1 - LEAST_SHARE);
  const scale0 = Math.min(roomX / size0.width, (roomY * share0) / size0.height);
  const scale1 = Math.min(roomX / size1.width, (roomY * (1 - share0)) / size1.height);
  const [height0, height1] = [size0.height * scale0, size1.height * scale1];
  const top = (stage.height - height0 - GAP - height1) / 2;
  const place0 = centred(stage.width, top, size0, scale0);
  const place1 = centred(stage.width, top + height0 + GAP, size1, scale1);
  const x = Math.min(place0.x, place1.x);
  return {
    arrangement: 'stacked',
    stage,
    place0,
    place1,
    content: {
      x,
      y: top,
      width: Math.max(place0.width, place1.width),
      height: height0 + GAP + height1,
    },
  };
}

function centred(stageWidth: number, y: number, size: Extent, scale: number): PhotoPlace {
  const width = size.width * scale;
  return { x: (stageWidth - width) / 2, y, width, height: size.height * scale, scale };
}

function shownArea({ place0, place1 }: StageLayout): number {
  return place0.width * place0.height + place1.width * place1.height;
}

function flip({ width, height }: Extent): Extent {
  return { width: height, height: width };
}

function flipBox({ x, y, width, height }: Box): Box {
  return { x: y, y: x, width: height, height: width };
}

function transpose(layout: StageLayout): StageLayout {
  return {
    arrangement: 'side-by-side',
    stage: flip(layout.stage),
    place0: { ...flipBox(layout.place0), scale: layout.place0.scale },
    place1: { ...flipBox(layout.place1), scale: layout.place1.scale },
    content: flipBox(layout.content),
  };
}

/** Photo pixels to stage coordinates. */
export function photoToStage(place: PhotoPlace, { x, y }: PlanePoint): PlanePoint {
  return { x: place.x + (x + 0.5) * place.scale, y: place.y + (y + 0.5) * place.scale };
}

/** Stage coordinates to photo pixels. */
export function stageToPhoto(place: PhotoPlace, { x, y }: PlanePoint): PlanePoint {
  return { x: (x - place.x) / place.scale - 0.5, y: (y - place.y) / place.scale - 0.5 };
}

/** A photo's area ends at the outer edges of its pixels. */
export function isWithinPhoto({ width, height }: Extent, { x, y }: PlanePoint): boolean {
  return x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5;
}

/**
 * The photo at a point of the stage.
 *
 * @returns with the point in its pixels; null where there is no photo
 */
export function photoUnder(
  { place0, place1 }: StageLayout,
  photos: readonly [Extent, Extent],
  point: PlanePoint,
): { readonly side: 0 | 1; readonly x: number; readonly y: number } | null {
  for (const [side, place] of [[0, place0] as const, [1, place1] as const]) {
    const within = stageToPhoto(place, point);
    if (isWithinPhoto(photos[side], within)) return { side, ...within };
  }
  return null;
}

/**
 * Both ends of every match in stage coordinates: x0, y0, x1, y1 a match.
 */
export function placeMatches(
  layout: StageLayout,
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
): Float32Array {
  const { place0, place1 } = layout;
  const ends = new Float32Array(2 * keypoints0.length);
  for (let k = 0, end = 0; k < keypoints0.length; k += 2, end += 4) {
    ends[end] = place0.x + (keypoints0[k]! + 0.5) * place0.scale;
    ends[end + 1] = place0.y + (keypoints0[k + 1]! + 0.5) * place0.scale;
    ends[end + 2] = place1.x + (keypoints1[k]! + 0.5) * place1.scale;
    ends[end + 3] = place1.y + (keypoints1[k + 1]! + 0.5) * place1.scale;
  }
  return ends;
}
