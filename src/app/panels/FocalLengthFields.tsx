import { ResetIcon } from '../controls/icons.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Field } from '../controls/Section.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import type { LoadedPhoto, Side } from '../state/appState.ts';
import './FocalLengthFields.css';

const FILM_DIAGONAL_MM = Math.hypot(36, 24);
const sourceNames = { exif: 'EXIF', guessed: 'guess', given: 'given' } as const;

/** What the essential matrix must know of both cameras. */
export function FocalLengthFields() {
  return (
    <>
      <FocalLengthField side={0} label="Focal, 1st" ordinal="first" />
      <FocalLengthField side={1} label="Focal, 2nd" ordinal="second" />
    </>
  );
}

function FocalLengthField({ side, label, ordinal }: { side: Side; label: string; ordinal: string }) {
  const { session } = useServices();
  const photo = useApp((state) => state.photos[side].photo);
  if (!photo) {
    return (
      <Field label={label}>
        <span className="focalSource">once the photo is open</span>
      </Field>
    );
  }
  const { focalPx, focalSource } = photo.camera;
  const origin = photo.description.focalPx === null ? 'the guess' : 'that of EXIF';
  const reset = `Reset the focal length of the ${ordinal} photo to ${origin}`;
  return (
    <Field label={label}>
      <NumberField
        label={`Focal length of the ${ordinal} photo in pixels`}
        value={focalPx}
        minimum={1}
        maximum={1_000_000}
        step={10}
        decimals={1}
        unit="px"
        onChange={(value) => session.chooseFocalLength(side, value)}
      />
      <span className="focalSource">
        {sourceNames[focalSource]}, {equivalentMm(photo)}&thinsp;mm
      </span>
      <button
        type="button"
        className="button isPlain isIcon"
        aria-label={reset}
        title={reset}
        disabled={focalSource !== 'given'}
        onClick={() => session.chooseFocalLength(side, null)}
      >
        <ResetIcon />
      </button>
    </Field>
  );
}

/** On 35 mm film, by the diagonal. */
function equivalentMm({ camera, description: { width, height } }: LoadedPhoto): string {
  const millimetres = (camera.focalPx / Math.hypot(width, height)) * FILM_DIAGONAL_MM;
  return millimetres < 10 ? millimetres.toFixed(1) : String(Math.round(millimetres));
}
