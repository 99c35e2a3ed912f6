/** Both photos on a layer of their own, drawn again only when a photo, its place or the view of it changes. */
import type Konva from 'konva';
import type { Context } from 'konva/lib/Context';
import { type Ref, useCallback, useMemo } from 'react';
import { Layer, Shape } from 'react-konva';
import { createPyramid, type PhotoPyramid } from './photoPyramid.ts';
import type { StagePhoto } from './stageData.ts';
import type { PhotoPlace, StageLayout } from './stageLayout.ts';
import type { Viewport } from './viewport.ts';

/** Pixels larger than this are shown as the squares they are. */
const CRISP_ABOVE = 4;

const FRAME_COLOUR = { light: 'rgb(0 0 0 / 0.16)', dark: 'rgb(255 255 255 / 0.14)' } as const;

interface PhotoLayerProps {
  readonly photo0: StagePhoto | null;
  readonly photo1: StagePhoto | null;
  readonly layout: StageLayout;
  readonly viewport: Viewport;
  readonly pixelRatio: number;
  readonly theme: 'light' | 'dark';
  readonly ref: Ref<Konva.Layer>;
}

export function PhotoLayer({ photo0, photo1, layout, viewport, pixelRatio, theme, ref }: PhotoLayerProps) {
  const image0 = photo0?.image ?? null;
  const image1 = photo1?.image ?? null;
  const pyramid0 = useMemo(() => image0 && createPyramid(image0), [image0]);
  const pyramid1 = useMemo(() => image1 && createPyramid(image1), [image1]);

  const draw = useCallback(
    (scene: Context) => {
      const context = scene._context;
      const frame = FRAME_COLOUR[theme];
      if (image0 && pyramid0) {
        drawPhoto(context, image0.width, pyramid0, layout.place0, viewport, pixelRatio, frame);
      }
      if (image1 && pyramid1) {
        drawPhoto(context, image1.width, pyramid1, layout.place1, viewport, pixelRatio, frame);
      }
    },
    [image0, image1, pyramid0, pyramid1, layout, viewport, pixelRatio, theme],
  );

  return (
    <Layer ref={ref} listening={false}>
      <Shape sceneFunc={draw} perfectDrawEnabled={false} listening={false} />
    </Layer>
  );
}

function drawPhoto(
  context: CanvasRenderingContext2D,
  imageWidth: number,
  pyramid: PhotoPyramid,
  place: PhotoPlace,
  viewport: Viewport,
  pixelRatio: number,
  frame: string,
): void {
  const x = place.x * viewport.zoom + viewport.x;
  const y = place.y * viewport.zoom + viewport.y;
  const width = place.width * viewport.zoom;
  const height = place.height * viewport.zoom;
  context.imageSmoothingEnabled = width <= CRISP_ABOVE * imageWidth;
  context.drawImage(pyramid.levelFor(width * pixelRatio), x, y, width, height);
  context.strokeStyle = frame;
  context.lineWidth = 1;
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
}
