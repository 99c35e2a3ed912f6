import { useRef } from 'react';
import type { WeightsDescription } from '../../weights/weightsDescription.ts';
import { Field, Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { formatBytes } from '../describe.ts';
import { weightsAccept } from '../session/takeFiles.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { selectedWeights } from '../state/selectResult.ts';
import { ImportedOptions, WeightsQuestionDialog } from './ImportedOptions.tsx';
import { LongEdgeField } from './LongEdgeField.tsx';
import { WeightsState } from './WeightsState.tsx';
import './MatcherSection.css';

const importValue = 'import-a-file';

export function MatcherSection() {
  const { session } = useServices();
  const { weights, weightsId, provider } = useApp((state) => state.matcher);
  const selected = useApp(selectedWeights);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <Section title="Matcher">
      <Field label="Weights">
        <SelectField
          label="Weights"
          value={weightsId ?? ''}
          options={[
            ...weights.map((entry) => ({
              value: entry.id,
              label: entry.label,
              note: describeWeights(entry),
            })),
            { value: importValue, label: 'Import a file…', note: '.ckpt, .pth, .pt or .safetensors' },
          ]}
          onChange={(id) => (id === importValue ? picker.current?.click() : session.selectWeights(id))}
        />
      </Field>
      <WeightsState />
      {selected?.state === 'imported' && selected.options && (
        <ImportedOptions weightsId={selected.id} options={selected.options} />
      )}
      <LongEdgeField />
      <Field label="Run on">
        <Segmented
          label="Run on"
          value={provider}
          options={[
            { value: 'auto', label: 'Auto' },
            { value: 'webgpu', label: 'WebGPU' },
            { value: 'wasm', label: 'WebAssembly' },
          ]}
          onChange={session.chooseProvider}
        />
      </Field>
      <WeightsQuestionDialog />
      <input
        ref={picker}
        type="file"
        accept={weightsAccept}
        hidden
        aria-label="Weights file"
        data-testid="weights-file"
        onChange={(event) => {
          session.takeFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </Section>
  );
}

function describeWeights({ state, bytes, licence }: WeightsDescription): string {
  const size = formatBytes(bytes);
  const where = {
    bundled: `Bundled, ${size}`,
    remote: `Download ${size}`,
    downloaded: `On this device, ${size}`,
    imported: `Imported, ${size}`,
  }[state];
  return `${where} · ${licence}`;
}
