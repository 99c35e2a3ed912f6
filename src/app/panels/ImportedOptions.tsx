import type { WeightsOptions } from '../../weights/weightsDescription.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { Field } from '../controls/Section.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useServices } from '../state/AppContext.ts';

/** What a checkpoint's tensors cannot tell; a wrong choice loads without an error and matches badly. */
export function ImportedOptions({ weightsId, options }: { weightsId: string; options: WeightsOptions }) {
  const { session } = useServices();
  const change = (changed: Partial<WeightsOptions>) =>
    void session.setWeightsOptions(weightsId, { ...options, ...changed });
  return (
    <>
      <Field label="Positions">
        <SelectField
          label="Position encoding"
          value={options.tempBugFix ? 'corrected' : 'original'}
          options={[
            { value: 'original', label: 'Original', note: 'outdoor_ds, outdoor_ot, indoor_ds, indoor_ot' },
            { value: 'corrected', label: 'Corrected', note: 'indoor_ds_new (temp_bug_fix)' },
          ]}
          onChange={(value) => change({ tempBugFix: value === 'corrected' })}
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
          onChange={(heads) => change({ heads })}
        />
      </Field>
      <p className="fieldNote">The file does not say these two; wrong ones load, but match badly.</p>
    </>
  );
}
