/**
 * The second photo as the first shows the same plane: warped by a homography that the matches of a first look agree on,
 * so that a network sees neither turn, scale nor slant between the two. Looking again at aligned photos is the second
 * stage of DFM (Efe, Ince and Alatan, "DFM: a performance baseline for deep feature matching", CVPR workshops 2021).
 */
import type { Points } from '../geometry/coordinates.ts';
import { applyHomography, depthUnder } from '../geometry/homography.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type Box, LEAST_BOX_SIDE } from './framing.ts';

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
  if (!inverse) throw tooSmall();
  const boxes = [
    boundsOf(allOf(photo1), inverse, photo0),
    boundsOf(allOf(photo0), oriented, photo1),
  ] as const;
  return largeEnough({ boxes, homography: oriented });
}

/**
 * The same of a part of photo 0, in whole pixels.
 *
 * @throws CovisError `aligned-region-too-small`
 */
export function cropAlignment({ homography }: Alignment, box0: Box, photo1: Extent): Alignment {
  return largeEnough({ boxes: [box0, boundsOf(box0, homography, photo1)], homography });
}

function largeEnough(alignment: Alignment): Alignment {
  const sides = alignment.boxes.flatMap(({ width, height }) => [width, height]);
  if (Math.min(...sides) < LEAST_BOX_SIDE) throw tooSmall();
  return alignment;
}

function tooSmall(): CovisError {
  return new CovisError(
    'matching',
    'aligned-region-too-small',
    `The photos have less than ${LEAST_BOX_SIDE} pixels in common where they lie on one another, too little to look at again.`,
  );
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
  const whole = allOf({ width, height });
  const [u, v] = middleOf(whole);
  return {
    boxes: [canvas, whole],
    homography: [cosine, sine, u - cosine * x - sine * y, -sine, cosine, v + sine * x - cosine * y, 0, 0, 1],
  };
}

/** Of what `other` shows of a part of a photo; of all of it where a part of the other lies beyond the horizon. */
function boundsOf(part: Box, toOther: Matrix3, other: Extent): Box {
  const [left, top] = [part.left - 0.5, part.top - 0.5];
  const [right, bottom] = [left + part.width, top + part.height];
  const corners = Float32Array.from([left, top, right, top, right, bottom, left, bottom]) as Points<'photo'>;
  for (let k = 0; k < 8; k += 2) {
    if (!(depthUnder(toOther, corners[k]!, corners[k + 1]!) > 0)) return allOf(other);
  }
  const sent = applyHomography<'photo', 'photo'>(toOther, corners);
  const interval = (axis: 0 | 1, length: number): readonly [start: number, count: number] => {
    const along = [0, 2, 4, 6].map((k) => sent[k + axis]!);
    const start = Math.min(Math.max(0, Math.floor(Math.min(...along))), length);
    const end = Math.max(start, Math.min(length, Math.ceil(Math.max(...along)) + 1));
    return [start, end - start];
  };
  const [leftOf, width] = interval(0, other.width);
  const [topOf, height] = interval(1, other.height);
  return { left: leftOf, top: topOf, width, height };
}

function allOf({ width, height }: Extent): Box {
  return { left: 0, top: 0, width, height };
}

function middleOf({ left, top, width, height }: Box): [x: number, y: number] {
  return [left + (width - 1) / 2, top + (height - 1) / 2];
}
