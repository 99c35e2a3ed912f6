/** What lies over the photos while dense matches are looked at: certainties, or the other photo warped into each. */
import type Konva from 'konva';
import type { Context } from 'konva/lib/Context';
import { type Ref, useCallback, useMemo } from 'react';
import { Layer, Shape } from 'react-konva';
import { paintCertainty, placeGrid } from './gridPicture.ts';
import type { Box, PhotoPlace, StageLayout } from './stageLayout.ts';
import type { StageDense } from './stageProps.ts';
import type { Overlay } from './useOverlay.ts';
import type { Viewport } from './viewport.ts';

/** Cells larger than this are shown as the squares they are. */
const CRISP_ABOVE = 8;

interface OverlayLayerProps {
  readonly dense: StageDense;
  readonly overlay: Overlay;
  readonly layout: StageLayout;
  readonly viewport: Viewport;
  /** The colour of the stage, which shows where nothing certain is known. */
  readonly ground: () => string;
  readonly ref: Ref<Konva.Layer>;
}

export function OverlayLayer({ dense, overlay, layout, viewport, ground, ref }: OverlayLayerProps) {
  const needsCertainty = overlay.kind === 'certainty';
  const certainties = useMemo(
    () => (needsCertainty ? dense.warps.map(drawCertainty) : null),
    [needsCertainty, dense.warps],
  );
  const draw = useCallback(
    (scene: Context) => {
      const context = scene._context;
      for (const [side, place] of [layout.place0, layout.place1].entries()) {
        const { width, height, cellToPhoto } = dense.warps[side]!;
        const grid = onScreen(placeGrid({ width, height }, cellToPhoto, place), viewport);
        const photo = onScreen(place, viewport);
        const from = overlay.kind === 'warp' ? overlay.from : 0;
        context.save();
        context.beginPath();
        context.rect(photo.x + from * photo.width, photo.y, (1 - from) * photo.width, photo.height);
        context.clip();
        context.imageSmoothingEnabled = grid.width <= CRISP_ABOVE * width;
        context.imageSmoothingQuality = 'high';
        if (overlay.kind === 'certainty') {
          context.globalAlpha = overlay.opacity;
          if (certainties) drawIn(context, certainties[side]!, grid);
        } else {
          context.fillStyle = ground();
          context.fillRect(photo.x, photo.y, photo.width, photo.height);
          drawIn(context, dense.warped[side]!, grid);
        }
        context.restore();
      }
    },
    [dense, overlay, certainties, layout, viewport, ground],
  );
  return (
    <Layer ref={ref} listening={false}>
      <Shape sceneFunc={draw} perfectDrawEnabled={false} listening={false} />
    </Layer>
  );
}

function drawCertainty({ width, height, certainty }: StageDense['warps'][number]): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pixels = new Uint8ClampedArray(paintCertainty(certainty).buffer);
  canvas.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

function onScreen(box: Box | PhotoPlace, { zoom, x, y }: Viewport): Box {
  return { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom };
}

function drawIn(context: CanvasRenderingContext2D, picture: CanvasImageSource, { x, y, width, height }: Box) {
  context.drawImage(picture, x, y, width, height);
}
