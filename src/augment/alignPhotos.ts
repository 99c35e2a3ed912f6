/**
 * The second photo as the first shows the same plane: warped by a homography that the matches of a first look agree on,
 * so that a network sees neither turn, scale nor slant between the two. Looking again at aligned photos is the second
 * stage of DFM (Efe, Ince and Alatan, "DFM: a performance baseline for deep feature matching", CVPR workshops 2021).
 */
import type { Points } from '../geometry/coordinates.ts';
import { applyHomography, depthUnder, derivativeUnder } from '../geometry/homography.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type Box, LEAST_BOX_SIDE, type QuarterTurns } from './framing.ts';

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
  if (!boxes || boxes.some(({ width, height }) => Math.min(width, height) < LEAST_BOX_SIDE)) {
    throw new CovisError(
      'matching',
      'aligned-region-too-small',
      `The photos have less than ${LEAST_BOX_SIDE} pixels in common where they lie on one another, too little to look at again.`,
    );
  }
  return { boxes, homography: oriented };
}

/**
 * A photo by itself, rolled clockwise by so many degrees, on the smallest canvas that holds it: photo 0 of the alignment is
 * the canvas.
 */
export function rollPhoto({ width, height }: Extent, degrees: number): Alignment {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  // A rounding error must not cost a whole further pixel.
  const across = (along: number, aside: number) =>
    Math.ceil(Math.abs(along * cosine) + Math.abs(aside * sine) - 1e-6);
  const canvas: Box = { left: 0, top: 0, width: across(width, height), height: across(height, width) };
  const [x, y] = middleOf(canvas);
  const [u, v] = middleOf({ left: 0, top: 0, width, height });
  return {
    boxes: [canvas, { left: 0, top: 0, width, height }],
    homography: [cosine, sine, u - cosine * x - sine * y, -sine, cosine, v + sine * x - cosine * y, 0, 0, 1],
  };
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
