/**
 * A small lettering of strokes, in the manner of Hershey's plotter fonts: capitals, digits and a few marks as
 * polylines on a grid whose capitals are 6 units high. Signs and posters are written with it, so no font file
 * has to travel.
 */

/** Segments as x0, y0, x1, y1, ... with the baseline at y = 0 and y up. */
export interface Glyph {
  readonly segments: readonly number[];
  /** Width in units, without the gap to the next glyph. */
  readonly width: number;
}

type Point = readonly [x: number, y: number];

function arc(
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  fromDegrees: number,
  toDegrees: number,
): Point[] {
  const steps = Math.max(2, Math.ceil(Math.abs(toDegrees - fromDegrees) / 30));
  return Array.from({ length: steps + 1 }, (_, k) => {
    const angle = ((fromDegrees + ((toDegrees - fromDegrees) * k) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
}

function glyph(width: number, ...lines: ReadonlyArray<readonly Point[]>): Glyph {
  const segments = lines.flatMap((line) =>
    line.slice(1).flatMap((point, k) => [line[k]![0], line[k]![1], point[0], point[1]]),
  );
  return { segments, width };
}

const glyphs: Readonly<Record<string, Glyph>> = {
  ' ': glyph(2),
  A: glyph(
    4.2,
    [
      [0, 0],
      [2.1, 6],
      [4.2, 0],
    ],
    [
      [0.75, 2.1],
      [3.45, 2.1],
    ],
  ),
  B: glyph(
    3.7,
    [[2, 3.2], [0, 3.2], [0, 6], ...arc(2.1, 4.6, 1.3, 1.4, 90, -90)],
    [[0, 3.2], [0, 0], ...arc(2.2, 1.6, 1.5, 1.6, -90, 90)],
  ),
  C: glyph(4, arc(2.3, 3, 2.3, 3, 48, 312)),
  D: glyph(4, [[0, 0], [0, 6], ...arc(1.6, 3, 2.4, 3, 90, -90), [0, 0]]),
  E: glyph(
    3.4,
    [
      [3.4, 6],
      [0, 6],
      [0, 0],
      [3.4, 0],
    ],
    [
      [0, 3.1],
      [2.8, 3.1],
    ],
  ),
  F: glyph(
    3.2,
    [
      [3.2, 6],
      [0, 6],
      [0, 0],
    ],
    [
      [0, 3],
      [2.6, 3],
    ],
  ),
  G: glyph(4.3, [...arc(2.3, 3, 2.3, 3, 48, 340), [4.3, 2.7], [2.7, 2.7]]),
  H: glyph(
    3.9,
    [
      [0, 0],
      [0, 6],
    ],
    [
      [3.9, 0],
      [3.9, 6],
    ],
    [
      [0, 3.1],
      [3.9, 3.1],
    ],
  ),
  I: glyph(0.4, [
    [0.2, 0],
    [0.2, 6],
  ]),
  J: glyph(2.8, [[2.8, 6], ...arc(1.4, 1.5, 1.4, 1.5, 0, -170)]),
  K: glyph(
    3.9,
    [
      [0, 0],
      [0, 6],
    ],
    [
      [3.7, 6],
      [0, 2.3],
    ],
    [
      [1.4, 3.6],
      [3.9, 0],
    ],
  ),
  L: glyph(3.2, [
    [0, 6],
    [0, 0],
    [3.2, 0],
  ]),
  M: glyph(4.8, [
    [0, 0],
    [0, 6],
    [2.4, 1.8],
    [4.8, 6],
    [4.8, 0],
  ]),
  N: glyph(4, [
    [0, 0],
    [0, 6],
    [4, 0],
    [4, 6],
  ]),
  O: glyph(4.6, arc(2.3, 3, 2.3, 3, 0, 360)),
  P: glyph(3.6, [[0, 0], [0, 6], ...arc(2, 4.4, 1.6, 1.6, 90, -90), [0, 2.8]]),
  Q: glyph(4.6, arc(2.3, 3, 2.3, 3, 0, 360), [
    [2.7, 1.5],
    [4.4, -0.5],
  ]),
  R: glyph(
    3.8,
    [[0, 0], [0, 6], ...arc(2, 4.4, 1.6, 1.6, 90, -90), [0, 2.8]],
    [
      [1.8, 2.8],
      [3.8, 0],
    ],
  ),
  S: glyph(3.7, [...arc(1.85, 4.5, 1.7, 1.5, 40, 270), ...arc(1.85, 1.5, 1.85, 1.5, 90, -140)]),
  T: glyph(
    4,
    [
      [0, 6],
      [4, 6],
    ],
    [
      [2, 6],
      [2, 0],
    ],
  ),
  U: glyph(3.9, [[0, 6], ...arc(1.95, 2, 1.95, 2, 180, 360), [3.9, 6]]),
  V: glyph(4.2, [
    [0, 6],
    [2.1, 0],
    [4.2, 6],
  ]),
  W: glyph(5.8, [
    [0, 6],
    [1.4, 0],
    [2.9, 5],
    [4.4, 0],
    [5.8, 6],
  ]),
  X: glyph(
    4,
    [
      [0, 0],
      [4, 6],
    ],
    [
      [0, 6],
      [4, 0],
    ],
  ),
  Y: glyph(
    4.2,
    [
      [0, 6],
      [2.1, 2.9],
      [4.2, 6],
    ],
    [
      [2.1, 2.9],
      [2.1, 0],
    ],
  ),
  Z: glyph(3.9, [
    [0, 6],
    [3.9, 6],
    [0, 0],
    [3.9, 0],
  ]),
  '0': glyph(3.8, arc(1.9, 3, 1.9, 3, 0, 360)),
  '1': glyph(2, [
    [0, 4.6],
    [1.6, 6],
    [1.6, 0],
  ]),
  '2': glyph(3.6, [...arc(1.8, 4.3, 1.7, 1.7, 165, -25), [0, 0], [3.6, 0]]),
  '3': glyph(3.6, [...arc(1.7, 4.5, 1.6, 1.5, 150, -90), ...arc(1.75, 1.55, 1.85, 1.55, 90, -150)]),
  '4': glyph(4, [
    [2.9, 0],
    [2.9, 6],
    [0, 1.6],
    [4, 1.6],
  ]),
  '5': glyph(3.6, [[3.2, 6], [0.5, 6], [0.2, 3.2], ...arc(1.7, 1.9, 1.9, 1.9, 125, -145)]),
  '6': glyph(3.7, [[2.9, 6], ...arc(1.85, 1.85, 1.85, 1.85, 160, 520)]),
  '7': glyph(3.6, [
    [0, 6],
    [3.6, 6],
    [1.3, 0],
  ]),
  '8': glyph(3.7, arc(1.85, 4.5, 1.5, 1.5, 0, 360), arc(1.85, 1.5, 1.85, 1.5, 0, 360)),
  '9': glyph(3.7, [[0.8, 0], ...arc(1.85, 4.15, 1.85, 1.85, -20, 340)]),
  '.': glyph(0.4, [
    [0.2, 0],
    [0.2, 0.15],
  ]),
  ',': glyph(0.6, [
    [0.5, 0.2],
    [0.1, -1],
  ]),
  ':': glyph(
    0.4,
    [
      [0.2, 0.6],
      [0.2, 0.75],
    ],
    [
      [0.2, 3.4],
      [0.2, 3.55],
    ],
  ),
  '-': glyph(2.2, [
    [0, 2.8],
    [2.2, 2.8],
  ]),
  '/': glyph(2.6, [
    [0, -0.5],
    [2.6, 6.5],
  ]),
  '+': glyph(
    3.4,
    [
      [0, 2.8],
      [3.4, 2.8],
    ],
    [
      [1.7, 1.1],
      [1.7, 4.5],
    ],
  ),
  '=': glyph(
    3.2,
    [
      [0, 1.9],
      [3.2, 1.9],
    ],
    [
      [0, 3.8],
      [3.2, 3.8],
    ],
  ),
  '&': glyph(4.4, [
    [4.4, 0],
    [0.9, 4.2],
    ...arc(1.8, 4.8, 1, 1.2, 190, -60),
    ...arc(1.7, 1.5, 1.7, 1.6, 110, 330),
    [4.2, 2.6],
  ]),
};

export const capHeight = 6;
const letterGap = 1.7;

/** @throws RangeError for a character the lettering does not have */
export function glyphOf(character: string): Glyph {
  const found = glyphs[character];
  if (found === undefined) throw new RangeError(`The lettering has no "${character}".`);
  return found;
}

/** Width in units of a line of text. */
export function measureText(text: string, tracking = 0): number {
  let width = -letterGap - tracking;
  for (const character of text) width += glyphOf(character).width + letterGap + tracking;
  return Math.max(width, 0);
}

/** Where each glyph of a line starts, in units. */
export function layOutText(text: string, tracking = 0): ReadonlyArray<{ glyph: Glyph; x: number }> {
  let x = 0;
  const placed: Array<{ glyph: Glyph; x: number }> = [];
  for (const character of text) {
    const glyph = glyphOf(character);
    if (glyph.segments.length > 0) placed.push({ glyph, x });
    x += glyph.width + letterGap + tracking;
  }
  return placed;
}
