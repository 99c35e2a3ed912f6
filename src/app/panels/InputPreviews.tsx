import { useEffect, useRef } from 'react';
import type { InputPreview } from '../../pipeline/previewInput.ts';
import { formatSize, sideNames } from '../describe.ts';
import { useApp } from '../state/AppContext.ts';
import type { LoadedPhoto, Side } from '../state/appState.ts';
import './InputPreviews.css';

const sides: readonly Side[] = [0, 1];

/** Both photos as the network sees them, before and after the preprocessing. */
export function InputPreviews() {
  const { shown, failure } = useApp((state) => state.inputPreview);
  const [slot0, slot1] = useApp((state) => state.photos);
  const photos = [slot0.photo, slot1.photo] as const;
  if (failure !== null) return <p className="previewNote isFailure">{failure}</p>;
  if (!photos[0] && !photos[1]) {
    return <p className="previewNote">Choose a photo to see what the network sees of it.</p>;
  }
  return (
    <div className="inputPreviews" data-testid="input-previews">
      <span className="previewHeading">Before</span>
      <span className="previewHeading">After</span>
      {sides.map((side) => (
        <PhotoPreview
          key={side}
          name={sideNames[side]}
          photo={photos[side]}
          preview={shown?.[side] ?? null}
        />
      ))}
    </div>
  );
}

function PhotoPreview(props: { name: string; photo: LoadedPhoto | null; preview: InputPreview | null }) {
  const { name, photo, preview } = props;
  if (!photo) return null;
  // Of the photo, so that nothing moves when the pictures come.
  const aspectRatio = photo.description.width / photo.description.height;
  return (
    <>
      {(['before', 'after'] as const).map((when) => (
        <PreviewCanvas
          key={when}
          label={`${name} ${when} preprocessing`}
          aspectRatio={aspectRatio}
          preview={preview}
          pixels={preview?.[when] ?? null}
        />
      ))}
      <span className="previewSize">
        {preview ? `${name}: the network sees ${formatSize(preview.width, preview.height)} px` : '…'}
      </span>
    </>
  );
}

function PreviewCanvas(props: {
  label: string;
  aspectRatio: number;
  preview: InputPreview | null;
  pixels: InputPreview['before'] | null;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { preview, pixels } = props;
  useEffect(() => {
    const target = canvas.current!;
    // Setting a size clears the canvas.
    target.width = preview?.width ?? 1;
    target.height = preview?.height ?? 1;
    if (!preview || !pixels) return;
    target.getContext('2d')!.putImageData(new ImageData(pixels, preview.width, preview.height), 0, 0);
  }, [preview, pixels]);
  return (
    <canvas
      ref={canvas}
      className="previewCanvas"
      role="img"
      aria-label={props.label}
      style={{ aspectRatio: props.aspectRatio }}
    />
  );
}
