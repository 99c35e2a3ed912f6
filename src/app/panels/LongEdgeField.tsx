import type { MatcherId } from '../../matchers/registry.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { Field } from '../controls/Section.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';

const presets: Readonly<Record<MatcherId, ReadonlyMap<number, string>>> = {
  loftr: new Map([
    [480, 'Quick'],
    [640, 'Standard'],
    [840, 'Fine'],
    [1024, 'Finer'],
    [1200, 'Finest'],
  ]),
  dkm: new Map([
    [384, 'Quick'],
    [640, 'Standard'],
    [720, 'Published'],
    [960, 'Fine'],
  ]),
};

/** The size the network sees, in the first of its passes where it has two: a preset, or any number. */
export function LongEdgeField() {
  const { session } = useServices();
  const { longEdge, matcher } = useApp((state) => state.matcher.settings);
  const own = presets[matcher];
  const values = [...new Set([...own.keys(), longEdge])].sort((a, b) => a - b);
  return (
    <Field label="Long edge">
      <SelectField
        label={matcher === 'dkm' ? 'Long edge of the first pass' : 'Long edge of the network input'}
        value={String(longEdge)}
        options={values.map((value) => ({
          value: String(value),
          label: own.get(value) ?? 'Own size',
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
