/**
 * Printed matter: flat shapes and lettering laid over one another, evaluated at a point with the share of the
 * pixel that each shape covers, so that fine print turns into even grey instead of moire. Shapes are found
 * through a grid of bins.
 *
 * Coordinates are metres with v up, like those of the surface a print hangs on.
 */
import type { Rgb } from './colour.ts';
import { paintOver, type SurfacePoint } from './material.ts';
import { coverage } from './noise.ts';
import { capHeight, layOutText, measureText } from './strokeFont.ts';

interface Shape {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly colour: Rgb | ((u: number, v: number) => Rgb);
  /** Share of a pixel of width `footprint` about (u, v) that the shape covers. */
  share(u: number, v: number, footprint: number): number;
}

export interface TextStyle {
  /** Height of a capital in metres. */
  readonly height: number;
  readonly colour: Rgb;
  /** Width of the strokes as a share of the height. */
  readonly weight?: number;
  /** Extra gap between letters in units of the lettering. */
  readonly tracking?: number;
  readonly align?: 'left' | 'middle' | 'right';
  /** Stretch along the line; 1 = as drawn. */
  readonly stretch?: number;
}

function distanceToSegment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const along = Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0), 1);
  const px = x - x0 - along * dx;
  const py = y - y0 - along * dy;
  return Math.sqrt(px * px + py * py);
}

/** Share of a pixel covered by a stroke of half-width `half` whose middle line is `distance` away. */
function strokeShare(distance: number, half: number, footprint: number): number {
  const width = Math.max(footprint, 1e-6);
  const overlap = Math.min(distance + width / 2, half) - Math.max(distance - width / 2, -half);
  return overlap <= 0 ? 0 : Math.min(overlap / width, 1);
}

export class Print {
  readonly width: number;
  readonly height: number;
  private readonly shapes: Shape[] = [];
  private bins: ReadonlyArray<readonly Shape[]> | null = null;
  private binsAcross = 0;
  private binSize = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  private add(shape: Shape): this {
    this.shapes.push(shape);
    this.bins = null;
    return this;
  }

  rectangle(left: number, bottom: number, width: number, height: number, colour: Shape['colour']): this {
    const right = left + width;
    const top = bottom + height;
    return this.add({
      left,
      right,
      bottom,
      top,
      colour,
      share: (u, v, footprint) =>
        coverage(Math.max(left - u, u - right), footprint) *
        coverage(Math.max(bottom - v, v - top), footprint),
    });
  }

  disc(u0: number, v0: number, radius: number, colour: Shape['colour']): this {
    return this.add({
      left: u0 - radius,
      right: u0 + radius,
      bottom: v0 - radius,
      top: v0 + radius,
      colour,
      share: (u, v, footprint) => coverage(Math.hypot(u - u0, v - v0) - radius, footprint),
    });
  }

  ring(u0: number, v0: number, radius: number, strokeWidth: number, colour: Rgb): this {
    const outer = radius + strokeWidth / 2;
    return this.add({
      left: u0 - outer,
      right: u0 + outer,
      bottom: v0 - outer,
      top: v0 + outer,
      colour,
      share: (u, v, footprint) =>
        strokeShare(Math.abs(Math.hypot(u - u0, v - v0) - radius), strokeWidth / 2, footprint),
    });
  }

  line(u0: number, v0: number, u1: number, v1: number, strokeWidth: number, colour: Rgb): this {
    const half = strokeWidth / 2;
    return this.add({
      left: Math.min(u0, u1) - half,
      right: Math.max(u0, u1) + half,
      bottom: Math.min(v0, v1) - half,
      top: Math.max(v0, v1) + half,
      colour,
      share: (u, v, footprint) => strokeShare(distanceToSegment(u, v, u0, v0, u1, v1), half, footprint),
    });
  }

  /** A filled simple polygon. */
  polygon(points: ReadonlyArray<readonly [u: number, v: number]>, colour: Shape['colour']): this {
    const us = points.map(([u]) => u);
    const vs = points.map(([, v]) => v);
    return this.add({
      left: Math.min(...us),
      right: Math.max(...us),
      bottom: Math.min(...vs),
      top: Math.max(...vs),
      colour,
      share: (u, v, footprint) => {
        let inside = false;
        let distance = Number.POSITIVE_INFINITY;
        for (let k = 0, before = points.length - 1; k < points.length; before = k++) {
          const [u0, v0] = points[k]!;
          const [u1, v1] = points[before]!;
          if (v0 > v !== v1 > v && u < ((u1 - u0) * (v - v0)) / (v1 - v0) + u0) inside = !inside;
          distance = Math.min(distance, distanceToSegment(u, v, u0, v0, u1, v1));
        }
        return coverage(inside ? -distance : distance, footprint);
      },
    });
  }

  /** One line of text with its baseline at v. */
  text(text: string, u: number, v: number, style: TextStyle): this {
    const unit = style.height / capHeight;
    const stretch = style.stretch ?? 1;
    const half = (style.height * (style.weight ?? 0.13)) / 2;
    const length = measureText(text, style.tracking) * unit * stretch;
    const start = u - (style.align === 'middle' ? length / 2 : style.align === 'right' ? length : 0);
    for (const { glyph, x } of layOutText(text, style.tracking)) {
      const left = start + x * unit * stretch;
      const segments = glyph.segments.map((value, k) =>
        k % 2 === 0 ? left + value * unit * stretch : v + value * unit,
      );
      const us = segments.filter((_, k) => k % 2 === 0);
      const vs = segments.filter((_, k) => k % 2 === 1);
      this.add({
        left: Math.min(...us) - half,
        right: Math.max(...us) + half,
        bottom: Math.min(...vs) - half,
        top: Math.max(...vs) + half,
        colour: style.colour,
        share: (pu, pv, footprint) => {
          let distance = Number.POSITIVE_INFINITY;
          for (let k = 0; k < segments.length; k += 4) {
            const here = distanceToSegment(
              pu,
              pv,
              segments[k]!,
              segments[k + 1]!,
              segments[k + 2]!,
              segments[k + 3]!,
            );
            if (here < distance) distance = here;
          }
          return strokeShare(distance, half, footprint);
        },
      });
    }
    return this;
  }

  private fillBins(): ReadonlyArray<readonly Shape[]> {
    this.binSize = Math.max(this.width, this.height) / 72;
    this.binsAcross = Math.ceil(this.width / this.binSize);
    const binsUp = Math.ceil(this.height / this.binSize);
    const bins: Shape[][] = Array.from({ length: this.binsAcross * binsUp }, () => []);
    // Shapes reach past their outline by half a pixel; half a bin is more than any pixel of use.
    const margin = this.binSize / 2;
    const clampTo = (value: number, count: number) => Math.min(Math.max(Math.floor(value), 0), count - 1);
    for (const shape of this.shapes.toReversed()) {
      const [i0, i1] = [shape.left - margin, shape.right + margin].map((u) =>
        clampTo(u / this.binSize, this.binsAcross),
      );
      const [j0, j1] = [shape.bottom - margin, shape.top + margin].map((v) =>
        clampTo(v / this.binSize, binsUp),
      );
      for (let j = j0!; j <= j1!; j++) {
        for (let i = i0!; i <= i1!; i++) bins[j * this.binsAcross + i]!.push(shape);
      }
    }
    this.bins = bins;
    return bins;
  }

  /**
   * Prints over what `point` shows.
   * @param u position on the print in metres, from its lower left corner
   */
  paintAt(point: SurfacePoint, u: number, v: number): void {
    if (u < 0 || v < 0 || u > this.width || v > this.height) return;
    const bins = this.bins ?? this.fillBins();
    const column = Math.min(Math.floor(u / this.binSize), this.binsAcross - 1);
    const row = Math.min(Math.floor(v / this.binSize), bins.length / this.binsAcross - 1);
    const here = bins[row * this.binsAcross + column]!;
    const footprint = point.footprint;
    let r = 0;
    let g = 0;
    let b = 0;
    // From the top sheet down, until nothing below can show.
    let clear = 1;
    for (let k = 0; k < here.length && clear > 0.004; k++) {
      const shape = here[k]!;
      const share = shape.share(u, v, footprint) * clear;
      if (share <= 0) continue;
      const colour = typeof shape.colour === 'function' ? shape.colour(u, v) : shape.colour;
      r += colour[0] * share;
      g += colour[1] * share;
      b += colour[2] * share;
      clear -= share;
    }
    const opaque = 1 - clear;
    if (opaque > 0) paintOver(point, [r / opaque, g / opaque, b / opaque], opaque);
  }
}
