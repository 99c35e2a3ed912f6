import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { WeightsOptions } from '../../weights/weightsDescription.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { Field } from '../controls/Section.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import './ImportedOptions.css';

/** The options that a person gave for imported weights. */
export function ImportedOptions({ weightsId, options }: { weightsId: string; options: WeightsOptions }) {
  const { session } = useServices();
  return (
    <div className="weightsState">
      <span className="weightsLicence">
        {options.tempBugFix ? 'Corrected' : 'Original'} positions, {options.heads} heads
      </span>
      <button type="button" className="linkButton" onClick={() => session.askWeightsOptions(weightsId)}>
        Change
      </button>
    </div>
  );
}

/** Asks what a checkpoint's tensors cannot tell; a wrong answer loads without an error and matches badly. */
export function WeightsQuestionDialog() {
  const { session } = useServices();
  const question = useApp((state) => state.matcher.question);
  return (
    <Dialog.Root
      open={question !== null}
      onOpenChange={(open) => !open && void session.answerWeightsOptions(null)}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="dialogVeil" />
        <Dialog.Content className="floating dialog">
          <Dialog.Title className="dialogTitle">How was this network configured?</Dialog.Title>
          <Dialog.Description>
            “{question?.fileName}” does not say. Wrong answers load without an error, but match badly.
          </Dialog.Description>
          {question && (
            <OptionsForm
              first={question.options}
              onAnswer={(options) => session.answerWeightsOptions(options)}
            />
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function OptionsForm(props: {
  first: WeightsOptions;
  onAnswer: (options: WeightsOptions | null) => Promise<void>;
}) {
  const [options, setOptions] = useState(props.first);
  return (
    <form
      className="optionsForm"
      onSubmit={(event) => {
        event.preventDefault();
        void props.onAnswer(options);
      }}
    >
      <Field label="Positions">
        <SelectField
          label="Position encoding"
          value={options.tempBugFix ? 'corrected' : 'original'}
          options={[
            { value: 'original', label: 'Original', note: 'outdoor_ds, outdoor_ot, indoor_ds, indoor_ot' },
            { value: 'corrected', label: 'Corrected', note: 'indoor_ds_new (temp_bug_fix)' },
          ]}
          onChange={(value) => setOptions({ ...options, tempBugFix: value === 'corrected' })}
        />
      </Field>
      <Field label="Heads">
        <NumberField
          label="Attention heads"
          value={options.heads}
          minimum={1}
          maximum={64}
          step={1}
          decimals={0}
          onChange={(heads) => setOptions({ ...options, heads })}
        />
      </Field>
      <div className="dialogActions">
        <button type="button" className="button" onClick={() => void props.onAnswer(null)}>
          Do not import
        </button>
        <button type="submit" className="button isPrimary">
          Import
        </button>
      </div>
    </form>
  );
}
