import { useEffect, useId, useRef } from 'react';
import { PhotoName } from '../../stage/PhotoName.tsx';
import { FileInput } from '../controls/FileInput.tsx';
import { PhotoIcon } from '../controls/icons.tsx';
import { formatBytes, formatSize, sideNames } from '../describe.ts';
import { photoAccept } from '../session/takeFiles.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import type { LoadedPhoto, Side } from '../state/appState.ts';
import './PhotoSlotButton.css';

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
          <PhotoName name={title} />
          <span className="photoNote" id={noteId}>
            {opening !== null ? `Opening ${opening}…` : photo ? <Note photo={photo} /> : howToOpen}
          </span>
        </span>
      </button>
      <FileInput
        ref={picker}
        label={`${sideNames[side]} file`}
        accept={photoAccept}
        multiple
        testId={`photo-file-${side}`}
        onChoose={(files) => session.takeFiles(files, side)}
      />
    </>
  );
}

const howToOpen = (
  <>
    Choose<span className="photoMore">, drop or paste</span>
  </>
);

function Note({ photo: { description, bytes } }: { photo: LoadedPhoto }) {
  return (
    <>
      {formatSize(description.width, description.height)}
      <span className="photoMore"> · {formatBytes(bytes)}</span>
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
