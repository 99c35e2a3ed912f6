/**
 * Keeps one group of lines (the shown or the dimmed ones) drawn for a viewport and repaints as little as a
 * change asks for: another limit touches the pixels it changes, another colour all of them, another opacity none;
 * another viewport, width or group draws the lines anew.
 */
import { LineRaster } from './lineRaster.ts';
import type { LineStyle } from './lineStyle.ts';
import type { Extent } from './stageLayout.ts';
import type { Viewport } from './viewport.ts';

export interface LineGroup {
  /** Stage coordinates of all matches: x0, y0, x1, y1 each. */
  readonly ends: Float32Array;
  /** Indices of the matches of this group, ascending. */
  readonly members: Uint32Array;
  /** One packed colour a match. */
  readonly colours: Uint32Array;
}

export interface LinePicture {
  readonly group: LineGroup;
  readonly viewport: Viewport;
  readonly style: LineStyle;
  /** Members with an index below this are drawn. */
  readonly limit: number;
  /** CSS pixels. */
  readonly size: Extent;
  /** Device pixels a CSS pixel. */
  readonly pixelRatio: number;
}

/** Among the lines of one picture; the opacity of its style is for whoever draws the picture. */
const LINE_OPACITY = 0.85;
const HALO_OPACITY = 0.4;

/** A guess, until the first lines have been timed. */
const FIRST_MS_PER_LINE = 0.004;
/** Fewer lines are over before the clock ticks. */
const LEAST_TIMED_LINES = 250;

export class LinePainter {
  readonly #canvas = document.createElement('canvas');
  #raster: LineRaster | null = null;
  #image: ImageData | null = null;
  #picture: LinePicture | null = null;
  /** How many members are in the raster. */
  #entered = 0;
  #msPerLine = FIRST_MS_PER_LINE;

  /** How long entering the lines of this picture will take, in milliseconds. */
  costOf(picture: LinePicture): number {
    const { members } = picture.group;
    const lines = countBelow(members, picture.limit);
    const kept = this.#keeps(picture) ? this.#entered : 0;
    return Math.max(0, lines - kept) * this.#msPerLine;
  }

  /** The picture in device pixels, to be drawn with the opacity of its style; valid until the next call. */
  paint(picture: LinePicture): HTMLCanvasElement {
    const { group, limit } = picture;
    const last = this.#picture;
    const kept = this.#keeps(picture);
    const [raster, image] = this.#prepare(picture, kept);
    const alreadyEntered = this.#entered;
    const started = performance.now();
    this.#entered = enterLines(raster, picture, alreadyEntered);
    const lines = this.#entered - alreadyEntered;
    if (lines >= LEAST_TIMED_LINES) this.#msPerLine = (performance.now() - started) / lines;
    this.#picture = picture;

    const before = kept && last?.group.colours === group.colours ? last.limit : null;
    if (before !== limit) {
      const look = { colours: group.colours, opacity: LINE_OPACITY, haloOpacity: HALO_OPACITY };
      raster.resolve(limit, look, new Uint32Array(image.data.buffer), before);
      this.#canvas.getContext('2d')!.putImageData(image, 0, 0);
    }
    return this.#canvas;
  }

  /**
   * The picture as the last one, moved and with the widths of the last one: for moments in which drawing anew
   * would make the page stutter. Null when the last picture has other lines.
   */
  paintRoughly(picture: LinePicture): { readonly canvas: HTMLCanvasElement; readonly from: Viewport } | null {
    const last = this.#picture;
    if (!last || !sameRaster(last, picture)) return null;
    const { width, halo, dotRadius } = last.style;
    const style = { ...picture.style, width, halo, dotRadius };
    return { canvas: this.paint({ ...picture, viewport: last.viewport, style }), from: last.viewport };
  }

  /** Whether what is in the raster holds for this picture too. */
  #keeps(picture: LinePicture): boolean {
    const last = this.#picture;
    return sameRaster(last, picture) && last?.viewport === picture.viewport && sameWidths(last, picture);
  }

  #prepare(picture: LinePicture, kept: boolean): readonly [LineRaster, ImageData] {
    const width = Math.max(1, Math.floor(picture.size.width * picture.pixelRatio));
    const height = Math.max(1, Math.floor(picture.size.height * picture.pixelRatio));
    if (!this.#raster || !this.#image || this.#raster.width !== width || this.#raster.height !== height) {
      this.#raster = new LineRaster(width, height);
      this.#image = new ImageData(width, height);
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#entered = 0;
    } else if (!kept) {
      this.#raster.clear();
      this.#entered = 0;
    }
    return [this.#raster, this.#image];
  }

  /** Frees the pixels. */
  release(): void {
    this.#raster = null;
    this.#image = null;
    this.#picture = null;
    this.#canvas.width = 0;
  }
}

function sameRaster(before: LinePicture | null, after: LinePicture): boolean {
  return (
    before !== null &&
    before.group.ends === after.group.ends &&
    before.group.members === after.group.members &&
    before.size === after.size &&
    before.pixelRatio === after.pixelRatio
  );
}

function sameWidths(before: LinePicture | null, { style }: LinePicture): boolean {
  return (
    before?.style.width === style.width &&
    before.style.halo === style.halo &&
    before.style.dotRadius === style.dotRadius
  );
}

/** How many entries of a rising sequence are below `limit`. */
function countBelow(members: Uint32Array, limit: number): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (members[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @returns how many members are entered now */
function enterLines(raster: LineRaster, picture: LinePicture, entered: number): number {
  const { group, viewport, style, limit, pixelRatio } = picture;
  const { ends, members } = group;
  const scale = viewport.zoom * pixelRatio;
  const [shiftX, shiftY] = [viewport.x * pixelRatio, viewport.y * pixelRatio];
  const lineWidth = style.width * pixelRatio;
  const dotRadius = style.dotRadius * pixelRatio;
  const halo = style.halo * pixelRatio;
  let next = entered;
  while (next < members.length && members[next]! < limit) {
    const index = members[next++]!;
    const x0 = ends[4 * index]! * scale + shiftX;
    const y0 = ends[4 * index + 1]! * scale + shiftY;
    const x1 = ends[4 * index + 2]! * scale + shiftX;
    const y1 = ends[4 * index + 3]! * scale + shiftY;
    if (dotRadius > 0) {
      raster.addDot(index, x0, y0, dotRadius, halo);
      raster.addDot(index, x1, y1, dotRadius, halo);
    }
    raster.addLine(index, x0, y0, x1, y1, lineWidth, halo);
  }
  return next;
}
