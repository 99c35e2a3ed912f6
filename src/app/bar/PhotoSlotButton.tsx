import { useEffect, useId, useRef } from 'react';
import { PhotoIcon } from '../controls/icons.tsx';
import { formatBytes, formatSize } from '../describe.ts';
import { photoAccept } from '../session/takeFiles.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import type { Side } from '../state/appState.ts';
import './PhotoSlotButton.css';

const sideNames = ['First photo', 'Second photo'] as const;

/** One of the two photos in the bar: shows it, opens the file picker, takes a dropped file. */
export function PhotoSlotButton({ side }: { side: Side }) {
  const { session } = useServices();
  const { photo, opening } = useApp((state) => state.photos[side]);
  const picker = useRef<HTMLInputElement>(null);
  const noteId = useId();
  const title = photo?.description.name ?? sideNames[side];
  return (
    <>
      <button
        type="button"
        className="photoSlot"
        data-side={side}
        title={photo ? `${title}: choose another photo` : 'Choose a photo'}
        aria-label={photo ? `${sideNames[side]}: ${title}` : `Choose the ${sideNames[side].toLowerCase()}`}
        aria-describedby={noteId}
        aria-busy={opening !== null}
        onClick={() => picker.current?.click()}
      >
        {photo ? (
          <Thumbnail image={photo.preview} />
        ) : (
          <span className="photoThumb isEmpty">
            <PhotoIcon />
          </span>
        )}
        <span className="photoText">
          <span className="photoName">{title}</span>
          <span className="photoNote" id={noteId}>
            {opening !== null
              ? `Opening ${opening}…`
              : photo
                ? `${formatSize(photo.description.width, photo.description.height)} · ${formatBytes(photo.bytes)}`
                : 'Choose, drop or paste'}
          </span>
        </span>
      </button>
      <input
        ref={picker}
        type="file"
        accept={photoAccept}
        multiple
        hidden
        aria-label={`${sideNames[side]} file`}
        data-testid={`photo-file-${side}`}
        onChange={(event) => {
          session.takeFiles([...(event.target.files ?? [])], side);
          event.target.value = '';
        }}
      />
    </>
  );
}

const thumbnailPx = 36;

function Thumbnail({ image }: { image: ImageBitmap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = Math.round(thumbnailPx * devicePixelRatio);
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    element.width = pixels;
    element.height = pixels;
    const side = Math.min(image.width, image.height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      image,
      (image.width - side) / 2,
      (image.height - side) / 2,
      side,
      side,
      0,
      0,
      pixels,
      pixels,
    );
  }, [image]);
  return <canvas ref={canvas} className="photoThumb" />;
}
