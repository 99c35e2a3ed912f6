import {
  defaultEqualisation,
  neutralPreprocessing,
  type Preprocessing,
  preprocessingLimits,
  type ResamplingFilter,
  samePreprocessing,
} from '../../pipeline/pairMatches.ts';
import { Field, Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { SliderField, type SliderFieldProps } from '../controls/SliderField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import { InputPreviews } from './InputPreviews.tsx';

const filterNames: Readonly<Record<ResamplingFilter, string>> = {
  cubic: 'Cubic',
  area: 'Area',
  lanczos: 'Lanczos',
};
const filterOptions = Object.entries(filterNames).map(([value, label]) => ({
  value: value as ResamplingFilter,
  label,
}));

type Amount = keyof typeof preprocessingLimits;

/** One way to type and to drag each of them. */
const amounts: Readonly<
  Record<Amount, Omit<SliderFieldProps, 'value' | 'minimum' | 'maximum' | 'onChange'>>
> = {
  clipLimit: {
    label: 'Clip limit',
    name: 'Clip limit',
    stops: [
      ...Array.from({ length: 19 }, (_, k) => 1 + k / 2),
      ...Array.from({ length: 15 }, (_, k) => 12 + 2 * k),
    ],
    step: 0.5,
    decimals: 1,
  },
  tiles: {
    label: 'Tiles',
    name: 'Tiles along each side',
    stops: [...Array.from({ length: 16 }, (_, k) => 1 + k), 20, 24, 28, 32],
    step: 1,
    decimals: 0,
  },
  gamma: {
    label: 'Gamma',
    name: 'Gamma',
    stops: [
      ...Array.from({ length: 17 }, (_, k) => (20 + 5 * k) / 100),
      ...Array.from({ length: 10 }, (_, k) => (11 + k) / 10),
      ...Array.from({ length: 15 }, (_, k) => (22 + 2 * k) / 10),
    ],
    step: 0.05,
    decimals: 2,
  },
};

/** How the photos are brought to the network, with what it sees of them while the section is open. */
export function PreprocessingSection() {
  const { session } = useServices();
  const preprocessing = useApp((state) => state.matcher.settings.preprocessing) ?? neutralPreprocessing;
  const { resampling, equalisation, gamma } = preprocessing;
  const change = session.changePreprocessing;
  return (
    <Section
      title="Preprocessing"
      summary={describePreprocessing(preprocessing)}
      folded
      onOpenChange={session.showInputPreview}
    >
      <Field label="Reduce by">
        <Segmented
          label="Filter that reduces large photos"
          value={resampling}
          options={filterOptions}
          onChange={(filter) => change({ resampling: filter })}
        />
      </Field>
      <Field label="Contrast">
        <Segmented
          label="Contrast"
          value={equalisation ? 'equalised' : 'own'}
          options={[
            { value: 'own', label: 'As it is' },
            { value: 'equalised', label: 'CLAHE' },
          ]}
          onChange={(contrast) =>
            change({ equalisation: contrast === 'equalised' ? defaultEqualisation : null })
          }
        />
      </Field>
      {equalisation &&
        (['clipLimit', 'tiles'] as const).map((amount) => (
          <AmountField
            key={amount}
            amount={amount}
            value={equalisation[amount]}
            onChange={(value) => change({ equalisation: { ...equalisation, [amount]: value } })}
          />
        ))}
      <AmountField amount="gamma" value={gamma} onChange={(value) => change({ gamma: value })} />
      <InputPreviews />
      <button
        type="button"
        className="button"
        aria-label="Reset preprocessing"
        disabled={samePreprocessing(preprocessing)}
        onClick={() => change(neutralPreprocessing)}
      >
        Reset
      </button>
    </Section>
  );
}

function AmountField(props: { amount: Amount } & Pick<SliderFieldProps, 'value' | 'onChange'>) {
  const { amount, value, onChange } = props;
  const { least, most } = preprocessingLimits[amount];
  return (
    <SliderField {...amounts[amount]} minimum={least} maximum={most} value={value} onChange={onChange} />
  );
}

function describePreprocessing({ resampling, equalisation, gamma }: Preprocessing): string {
  const parts = [
    resampling !== neutralPreprocessing.resampling && filterNames[resampling],
    equalisation && `CLAHE ${equalisation.clipLimit}`,
    gamma !== neutralPreprocessing.gamma && `gamma ${gamma}`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : 'off';
}
