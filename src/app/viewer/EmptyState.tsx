import { useRef } from 'react';
import { useMediaQuery } from '../../stage/useMediaQuery.ts';
import { FileInput } from '../controls/FileInput.tsx';
import { photoAccept } from '../session/takeFiles.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import './EmptyState.css';

/** What a newcomer sees: what this is, the ways to begin, and that nothing leaves the device. */
export function EmptyState() {
  const { session } = useServices();
  const samples = useApp((state) => state.samples);
  const opening = useApp((state) => state.photos.some((slot) => slot.opening !== null));
  const touch = useMediaQuery('(hover: none)');
  const picker = useRef<HTMLInputElement>(null);
  const choose = () => picker.current?.click();
  return (
    <div className="emptyState" aria-busy={opening}>
      <p className="emptyClaim">See what two photos have in common, point by point.</p>
      {touch ? (
        <button type="button" className="emptyDrop" onClick={choose}>
          <span className="emptyDropTitle">{opening ? 'Opening…' : 'Choose two photos'}</span>
        </button>
      ) : (
        <div className="emptyDrop">
          <p className="emptyDropTitle">{opening ? 'Opening…' : 'Drop two photos here'}</p>
          <p>
            or{' '}
            <button type="button" className="linkButton" onClick={choose}>
              choose files
            </button>
            , or paste
          </p>
        </div>
      )}
      {samples.length > 0 && (
        <div className="emptySamples">
          <p>Or try a sample pair</p>
          <ul>
            {samples.map((sample) => (
              <li key={sample.id}>
                <button
                  type="button"
                  className="sampleCard"
                  title={sample.description}
                  onClick={() => void session.openSample(sample)}
                >
                  <span className="sampleImages">
                    {sample.files.map((file) => (
                      <img key={file} src={file} alt="" loading="lazy" />
                    ))}
                  </span>
                  <span className="sampleTitle">{sample.title}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="emptyPrivacy">Nothing is uploaded: the matching runs on this device.</p>
      <FileInput
        ref={picker}
        label="Photo files"
        accept={photoAccept}
        multiple
        onChoose={(files) => session.takeFiles(files)}
      />
    </div>
  );
}
