import { useRef } from 'react';
import type { MatcherId } from '../../matchers/registry.ts';
import type { WeightsDescription } from '../../weights/weightsDescription.ts';
import { FileInput } from '../controls/FileInput.tsx';
import { Field, Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { formatBytes, matcherNames } from '../describe.ts';
import { weightsAccept } from '../session/takeFiles.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { missingWeights, selectedWeights } from '../state/selectResult.ts';
import { ImportedOptions, WeightsQuestionDialog } from './ImportedOptions.tsx';
import { LongEdgeField } from './LongEdgeField.tsx';
import { RefinementField } from './RefinementField.tsx';
import { SamplesField } from './SamplesField.tsx';
import { ViewsField } from './ViewsField.tsx';
import { WeightsState } from './WeightsState.tsx';
import './MatcherSection.css';

const importValue = 'import-a-file';
const matcherOptions = Object.entries(matcherNames).map(([value, label]) => ({
  value: value as MatcherId,
  label,
}));

export function MatcherSection() {
  const { session } = useServices();
  const { weights, weightsId, provider, settings } = useApp((state) => state.matcher);
  const isMissing = useApp((state) => missingWeights(state) !== null);
  const selected = useApp(selectedWeights);
  const picker = useRef<HTMLInputElement>(null);
  return (
    <Section title="Matcher">
      <Field label="Network">
        <Segmented
          label="Matcher"
          value={settings.matcher}
          options={matcherOptions}
          onChange={session.selectMatcher}
        />
      </Field>
      <Field label="Weights">
        <SelectField
          label="Weights"
          value={weightsId ?? ''}
          options={[
            ...weights
              .filter(({ matcher }) => matcher === settings.matcher)
              .map((entry) => ({
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
      {isMissing && (
        <p className="weightsNote">
          The authors’ weights do not ship with Covis: download them or{' '}
          <button type="button" className="linkButton" onClick={() => picker.current?.click()}>
            import their file
          </button>
          .
        </p>
      )}
      {selected?.state === 'imported' && selected.options && (
        <ImportedOptions weightsId={selected.id} options={selected.options} />
      )}
      <LongEdgeField />
      <SamplesField />
      <ViewsField />
      <RefinementField />
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
      <FileInput
        ref={picker}
        label="Weights file"
        accept={weightsAccept}
        testId="weights-file"
        onChoose={(files) => session.takeFiles(files)}
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
