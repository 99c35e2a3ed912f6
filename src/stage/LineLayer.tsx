/**
 * All lines in one shape of one layer. While the view or a slider moves and drawing thousands of lines anew would
 * make it stutter, the last picture is moved along; it is drawn afresh as often as time allows, and once at rest.
 */
import type Konva from 'konva';
import type { Context } from 'konva/lib/Context';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Layer, Shape } from 'react-konva';
import { LinePainter, type LinePicture } from './LinePainter.ts';
import type { Viewport } from './viewport.ts';

/** Drawing faster than this happens in every frame. */
const QUICK_MS = 8;
/** Otherwise drawing takes at most one part in so many of the time. */
const TIME_SHARE = 4;
const REST_MS = 120;

export const FADED_OPACITY = 0.45;
const FADING_MS = 120;

interface LineLayerProps {
  /** From the bottom to the top. */
  readonly pictures: readonly LinePicture[];
  /** Steps back behind a highlighted match. */
  readonly faded: boolean;
}

export function LineLayer({ pictures, faded }: LineLayerProps) {
  const layer = useRef<Konva.Layer>(null);
  const [sheet] = useState(() => new LineSheet(() => layer.current?.batchDraw()));
  useEffect(() => () => sheet.release(), [sheet]);
  // The element fades, not the picture: hovering draws no line anew.
  useLayoutEffect(() => {
    const style = layer.current?.getNativeCanvasElement().style;
    if (!style) return;
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    style.transition = still ? 'none' : `opacity ${FADING_MS}ms`;
    style.opacity = faded ? String(FADED_OPACITY) : '1';
  }, [faded]);
  const draw = useCallback((scene: Context) => sheet.draw(scene._context, pictures), [sheet, pictures]);

  return (
    <Layer ref={layer} listening={false} imageSmoothingEnabled={true}>
      <Shape sceneFunc={draw} perfectDrawEnabled={false} listening={false} />
    </Layer>
  );
}

class LineSheet {
  readonly #painters: LinePainter[] = [];
  readonly #redraw: () => void;
  #freshAt = Number.NEGATIVE_INFINITY;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  #atRest = false;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  draw(context: CanvasRenderingContext2D, pictures: readonly LinePicture[]): void {
    while (this.#painters.length > pictures.length) this.#painters.pop()!.release();
    while (this.#painters.length < pictures.length) this.#painters.push(new LinePainter());
    const isRough = this.#mustHurry(pictures);
    pictures.forEach((picture, k) => {
      const painter = this.#painters[k]!;
      context.globalAlpha = picture.style.opacity;
      const rough = isRough ? painter.paintRoughly(picture) : null;
      if (rough) drawMoved(context, rough.canvas, rough.from, picture);
      else context.drawImage(painter.paint(picture), 0, 0, picture.size.width, picture.size.height);
    });
    if (!isRough) this.#freshAt = performance.now();
  }

  #mustHurry(pictures: readonly LinePicture[]): boolean {
    const atRest = this.#atRest;
    this.#atRest = false;
    clearTimeout(this.#restTimer);
    const cost = pictures.reduce((sum, picture, k) => sum + this.#painters[k]!.costOf(picture), 0);
    if (atRest || cost <= QUICK_MS || performance.now() - this.#freshAt > cost * TIME_SHARE) return false;
    this.#restTimer = setTimeout(() => {
      this.#atRest = true;
      this.#redraw();
    }, REST_MS);
    return true;
  }

  release(): void {
    clearTimeout(this.#restTimer);
    for (const painter of this.#painters.splice(0)) painter.release();
  }
}

function drawMoved(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  from: Viewport,
  { viewport, size }: LinePicture,
): void {
  const scale = viewport.zoom / from.zoom;
  const x = viewport.x - from.x * scale;
  const y = viewport.y - from.y * scale;
  context.drawImage(canvas, x, y, size.width * scale, size.height * scale);
}
