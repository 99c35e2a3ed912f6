/**
 * The second photo as the first shows the same plane: warped by a homography that the matches of a first look agree on,
 * so that a network sees neither turn, scale nor slant between the two. Looking again at aligned photos is the second
 * stage of DFM (Efe, Ince and Alatan, "DFM: a performance baseline for deep feature matching", CVPR workshops 2021).
 */
import { type Affine, type Points, resizeTransform } from '../geometry/coordinates.ts';
import { applyHomography, depthUnder, derivativeUnder } from '../geometry/homography.ts';
import { invert3, type Matrix3, multiply3 } from '../geometry/matrix3.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { Box, PixelRows, QuarterTurns } from './framing.ts';

interface Extent {
  readonly width: number;
  readonly height: number;
}

export interface Alignment {
  /** What each photo shows of the other: the bounds of it, within the photo. */
  readonly boxes: readonly [Box, Box];
  /** 3x3, row-major: photo 0 to photo 1, with positive depth in front of the cameras. */
  readonly homography: Matrix3;
}

/** A network sees nothing in a box of fewer pixels. */
const LEAST_SIDE_PX = 32;

/**
 * @param homography 3x3, row-major, photo 0 to photo 1, of any scale and sign
 * @param front a point of photo 0 that is in front of both cameras, in pixels
 * @throws CovisError `aligned-region-too-small`
 */
export function alignPhotos(
  homography: Matrix3,
  front: readonly [x: number, y: number],
  [photo0, photo1]: readonly [Extent, Extent],
): Alignment {
  const sign = Math.sign(depthUnder(homography, ...front));
  const oriented = Array.from(homography, (entry) => sign * entry);
  const inverse = invert3(oriented);
  // The inverse of an oriented homography is oriented as well.
  const boxes = inverse && ([boundsOf(photo1, inverse, photo0), boundsOf(photo0, oriented, photo1)] as const);
  if (!boxes || boxes.some(({ width, height }) => Math.min(width, height) < LEAST_SIDE_PX)) {
    throw new CovisError(
      'matching',
      'aligned-region-too-small',
      `The photos have less than ${LEAST_SIDE_PX} pixels in common where they lie on one another, too little to look at again.`,
    );
  }
  return { boxes, homography: oriented };
}

/** Of what `other` shows of a photo; of all of it where a part of the other lies beyond the horizon. */
function boundsOf(photo: Extent, toOther: Matrix3, other: Extent): Box {
  const [right, bottom] = [photo.width - 0.5, photo.height - 0.5];
  const corners = Float32Array.from([
    -0.5,
    -0.5,
    right,
    -0.5,
    right,
    bottom,
    -0.5,
    bottom,
  ]) as Points<'photo'>;
  const whole: Box = { left: 0, top: 0, width: other.width, height: other.height };
  for (let k = 0; k < 8; k += 2) {
    if (!(depthUnder(toOther, corners[k]!, corners[k + 1]!) > 0)) return whole;
  }
  const sent = applyHomography<'photo', 'photo'>(toOther, corners);
  const interval = (axis: 0 | 1, length: number): readonly [start: number, count: number] => {
    const along = [0, 2, 4, 6].map((k) => sent[k + axis]!);
    const start = Math.min(Math.max(0, Math.floor(Math.min(...along))), length);
    const end = Math.max(start, Math.min(length, Math.ceil(Math.max(...along)) + 1));
    return [start, end - start];
  };
  const [left, width] = interval(0, other.width);
  const [top, height] = interval(1, other.height);
  return { left, top, width, height };
}

/** How far the second photo is turned so that it stands nearly as the first, clockwise. */
export function turnOfAlignment({ homography, boxes: [box] }: Alignment): QuarterTurns {
  const [a, , d] = derivativeUnder(homography, ...middleOf(box));
  const turns = Math.round(-Math.atan2(d, a) / (Math.PI / 2));
  return ((turns + 4) % 4) as QuarterTurns;
}

function middleOf({ left, top, width, height }: Box): [x: number, y: number] {
  return [left + (width - 1) / 2, top + (height - 1) / 2];
}

/** The box of photo 0 with its pixels from photo 1. */
export interface AlignedPicture extends PixelRows {
  /** Its pixel centres to those of photo 1, 3x3 row-major. */
  readonly toPhoto1: Matrix3;
  /** Pixels of photo 1 along one of its own, in its middle. */
  readonly photo1PxPerPx: number;
}

/** A photo, or a part of it, that colours are taken from. */
export interface ColourSource {
  readonly width: number;
  readonly height: number;
  /** Planes of red, green and blue, from 0 to 255. */
  readonly data: Float32Array;
  /** Size of what shows the photo, in pixels, from the top left. */
  readonly content: Extent;
  readonly photoToSource: Affine<'photo', 'input'>;
}

/** Where the second photo shows nothing; no match is kept there. */
const NOTHING = 128;
/** Samples along a pixel: the source may be finer than the picture. */
const SAMPLES = 2;

/**
 * @param scale pixels of the picture a pixel of photo 0
 * @param source shows photo 1, or what the alignment takes of it, up to `SAMPLES` times as finely
 */
export function drawAligned(
  { boxes: [box], homography }: Alignment,
  scale: number,
  source: ColourSource,
): AlignedPicture {
  const [width, height] = [box.width, box.height].map((length) =>
    Math.max(1, Math.round(scale * length)),
  ) as [number, number];
  const [a, , c, , , f] = resizeTransform(1 / scale);
  const toPhoto1 = multiply3(homography, [a, 0, c + box.left, 0, a, f + box.top, 0, 0, 1]);
  const toSource = multiply3([...source.photoToSource, 0, 0, 1], toPhoto1);
  const [p, q, r, s] = derivativeUnder(toPhoto1, (width - 1) / 2, (height - 1) / 2);
  return {
    width,
    height,
    toPhoto1,
    photo1PxPerPx: Math.sqrt(Math.abs(p * s - q * r)),
    async readRows(start, count) {
      const pixels = new Uint8ClampedArray(4 * width * count);
      for (let row = 0; row < count; row++) {
        for (let column = 0; column < width; column++) {
          drawPixel(pixels, 4 * (row * width + column), column, start + row, toSource, source);
        }
      }
      return pixels;
    },
  };
}

function drawPixel(
  pixels: Uint8ClampedArray,
  at: number,
  column: number,
  row: number,
  toSource: Matrix3,
  { width, height, data, content }: ColourSource,
): void {
  let [red, green, blue] = [0, 0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
    const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES - 0.5;
    const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES - 0.5;
    const depth = depthUnder(toSource, x, y);
    const u = (toSource[0]! * x + toSource[1]! * y + toSource[2]!) / depth;
    const v = (toSource[3]! * x + toSource[4]! * y + toSource[5]!) / depth;
    const isShown =
      depth > 0 && u >= -0.5 && v >= -0.5 && u <= content.width - 0.5 && v <= content.height - 0.5;
    if (!isShown) {
      red += NOTHING;
      green += NOTHING;
      blue += NOTHING;
      continue;
    }
    const [left, top] = [
      Math.min(Math.max(0, Math.floor(u)), width - 2),
      Math.min(Math.max(0, Math.floor(v)), height - 2),
    ];
    const [shareX, shareY] = [Math.min(Math.max(0, u - left), 1), Math.min(Math.max(0, v - top), 1)];
    const first = top * width + left;
    const colour = (from: number) => {
      const upper = data[from]! + shareX * (data[from + 1]! - data[from]!);
      const lower = data[from + width]! + shareX * (data[from + width + 1]! - data[from + width]!);
      return upper + shareY * (lower - upper);
    };
    red += colour(first);
    green += colour(first + width * height);
    blue += colour(first + 2 * width * height);
  }
  pixels[at] = red / SAMPLES ** 2;
  pixels[at + 1] = green / SAMPLES ** 2;
  pixels[at + 2] = blue / SAMPLES ** 2;
  pixels[at + 3] = 255;
}
