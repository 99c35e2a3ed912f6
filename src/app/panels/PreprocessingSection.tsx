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
import { SliderField } from '../controls/SliderField.tsx';
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

const clipStops = [
  ...Array.from({ length: 19 }, (_, k) => 1 + k / 2),
  ...Array.from({ length: 15 }, (_, k) => 12 + 2 * k),
];
const tileStops = [...Array.from({ length: 16 }, (_, k) => 1 + k), 20, 24, 28, 32];
const gammaStops = [
  ...Array.from({ length: 17 }, (_, k) => (20 + 5 * k) / 100),
  ...Array.from({ length: 10 }, (_, k) => (11 + k) / 10),
  ...Array.from({ length: 15 }, (_, k) => (22 + 2 * k) / 10),
];

/** How the photos are brought to the network, with what it sees of them while the section is open. */
export function PreprocessingSection() {
  const { session } = useServices();
  const preprocessing = useApp((state) => state.matcher.settings.preprocessing) ?? neutralPreprocessing;
  const { resampling, equalisation, gamma } = preprocessing;
  const { clipLimit: clip, tiles, gamma: gammas } = preprocessingLimits;
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
          onChange={(filter) => session.changePreprocessing({ resampling: filter })}
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
            session.changePreprocessing({
              equalisation: contrast === 'equalised' ? defaultEqualisation : null,
            })
          }
        />
      </Field>
      {equalisation && (
        <>
          <SliderField
            label="Clip limit"
            name="Clip limit"
            value={equalisation.clipLimit}
            stops={clipStops}
            minimum={clip.least}
            maximum={clip.most}
            step={0.5}
            decimals={1}
            onChange={(clipLimit) =>
              session.changePreprocessing({ equalisation: { ...equalisation, clipLimit } })
            }
          />
          <SliderField
            label="Tiles"
            name="Tiles along each side"
            value={equalisation.tiles}
            stops={tileStops}
            minimum={tiles.least}
            maximum={tiles.most}
            step={1}
            decimals={0}
            onChange={(count) =>
              session.changePreprocessing({ equalisation: { ...equalisation, tiles: count } })
            }
          />
        </>
      )}
      <SliderField
        label="Gamma"
        name="Gamma"
        value={gamma}
        stops={gammaStops}
        minimum={gammas.least}
        maximum={gammas.most}
        step={0.05}
        decimals={2}
        onChange={(value) => session.changePreprocessing({ gamma: value })}
      />
      <InputPreviews />
      <button
        type="button"
        className="button"
        aria-label="Reset preprocessing"
        disabled={samePreprocessing(preprocessing)}
        onClick={() => session.changePreprocessing(neutralPreprocessing)}
      >
        Reset
      </button>
    </Section>
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
