import { useRef } from 'react';
import { type ExportFormatId, exportFormats } from '../../export/registry.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import { FileInput } from '../controls/FileInput.tsx';
import { DownloadIcon, OpenIcon } from '../controls/icons.tsx';
import { Section } from '../controls/Section.tsx';
import { matchesAccept } from '../session/takeFiles.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { countMatches } from '../state/countMatches.ts';
import { currentDense } from '../state/selectResult.ts';
import './ExportSection.css';

export function ExportSection() {
  const { session, stage } = useServices();
  const counts = useApp(countMatches);
  const isDense = useApp((state) => currentDense(state) !== null);
  const hasPhoto = useApp((state) => state.photos.some(({ photo }) => photo !== null));
  const picker = useRef<HTMLInputElement>(null);
  return (
    <Section title="Export" summary={counts && `${formatCount(counts.selected)} matches`}>
      <div className="exportActions">
        {Object.entries(exportFormats).map(([id, { label, description }]) => (
          <button
            key={id}
            type="button"
            className="button"
            aria-label={`Save: ${label}`}
            title={description}
            disabled={!counts}
            onClick={() => void session.saveMatches(id as ExportFormatId)}
          >
            <DownloadIcon />
            {label}
          </button>
        ))}
        <button
          type="button"
          className="button"
          aria-label="Save: View as PNG"
          title="The photos and lines as they are on the screen."
          disabled={!hasPhoto}
          onClick={() => stage.current && void session.savePicture(stage.current)}
        >
          <DownloadIcon />
          View as PNG
        </button>
        <button type="button" className="button" onClick={() => picker.current?.click()}>
          <OpenIcon />
          Open match file
        </button>
        {isDense && (
          <button
            type="button"
            className="button"
            aria-label="Save: Dense matches"
            title="warp0, warp1, certainty0, certainty1, cell_to_photo0 and cell_to_photo1, for NumPy."
            onClick={session.saveDense}
          >
            <DownloadIcon />
            Dense matches
          </button>
        )}
      </div>
      {isDense && (
        <p className="exportNote">
          Dense matches (.npz): for each cell over one photo, the point in pixels of the other and the
          certainty; the centre of the first pixel is (0, 0).
        </p>
      )}
      <FileInput
        ref={picker}
        label="Match file"
        accept={matchesAccept}
        testId="match-file"
        onChoose={(files) => session.takeFiles(files)}
      />
    </Section>
  );
}
