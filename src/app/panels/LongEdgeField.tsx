import { NumberField } from '../controls/NumberField.tsx';
import { Field } from '../controls/Section.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';

const presets = new Map([
  [480, 'Quick'],
  [640, 'Standard'],
  [840, 'Fine'],
  [1024, 'Finer'],
  [1200, 'Finest'],
]);

/** The size the network sees: a preset, or any number. */
export function LongEdgeField() {
  const { session } = useServices();
  const longEdge = useApp((state) => state.matcher.settings.longEdge);
  const values = [...new Set([...presets.keys(), longEdge])].sort((a, b) => a - b);
  return (
    <Field label="Long edge">
      <SelectField
        label="Long edge of the network input"
        value={String(longEdge)}
        options={values.map((value) => ({
          value: String(value),
          label: presets.get(value) ?? 'Own size',
          note: `${value} px`,
        }))}
        onChange={(value) => session.chooseLongEdge(Number(value))}
      />
      <NumberField
        label="Long edge in pixels"
        value={longEdge}
        minimum={64}
        maximum={4096}
        step={8}
        decimals={0}
        unit="px"
        onChange={session.chooseLongEdge}
      />
    </Field>
  );
}
