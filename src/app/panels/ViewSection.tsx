import { formatCount } from '../../reporting/formatCount.ts';
import { type ColourModeId, colourModes } from '../../stage/colourModes.ts';
import type { DenseView, Visibility } from '../../stage/stageProps.ts';
import { Field, Section } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { SelectField } from '../controls/SelectField.tsx';
import { SliderField } from '../controls/SliderField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import { countMatches, type MatchCounts } from '../state/countMatches.ts';
import { currentResult } from '../state/selectResult.ts';
import { shownMode, shownModes } from '../state/selectWarp.ts';
import { ConfidenceHistogram } from './ConfidenceHistogram.tsx';
import { DenseViewFields } from './DenseViewFields.tsx';
import { ViewList } from './ViewList.tsx';

const confidenceStops = Array.from({ length: 101 }, (_, k) => k / 100);
const lineStops = [10, 100, 1000, 10_000]
  .flatMap((decade) => [1, 1.5, 2, 3, 4, 5, 6, 8].map((step) => step * decade))
  .filter((lines) => lines <= 20_000);

/** The most confident so many, or all. */
const matchStops = [...lineStops.filter((matches) => matches >= 100), Number.POSITIVE_INFINITY];

const visibilities: readonly { readonly value: Visibility; readonly label: string }[] = [
  { value: 'shown', label: 'Shown' },
  { value: 'dimmed', label: 'Dimmed' },
  { value: 'hidden', label: 'Hidden' },
];

const modes: readonly { readonly value: DenseView['mode']; readonly label: string }[] = [
  { value: 'matches', label: 'Matches' },
  { value: 'certainty', label: 'Certainty' },
  { value: 'warp', label: 'Warp' },
];

const colourOptions = Object.entries(colourModes).map(([value, { label, description }]) => ({
  value,
  label,
  note: description,
}));

export function ViewSection() {
  const { session } = useServices();
  const mode = useApp(shownMode);
  const available = useApp((state) => shownModes(state).join());
  return (
    <Section title="View">
      <Field label="Show">
        <Segmented
          label="Show"
          value={mode}
          disabled={available === 'matches'}
          options={modes.map((option) => ({
            ...option,
            disabled: !available.split(',').includes(option.value),
          }))}
          onChange={(chosen) => session.changeDenseView({ mode: chosen })}
        />
      </Field>
      {mode === 'matches' ? <LineFields /> : <DenseViewFields mode={mode} />}
    </Section>
  );
}

function LineFields() {
  const { session } = useServices();
  const view = useApp((state) => state.view);
  const counts = useApp(countMatches);
  const confidence = useApp((state) => currentResult(state)?.matches.confidence ?? null);
  const left = (some: keyof MatchCounts, of: keyof MatchCounts): string =>
    counts ? `${formatCount(counts[some])} of ${formatCount(counts[of])}` : '';
  return (
    <>
      <SliderField
        label="Confidence"
        name="Minimum confidence"
        bound="≥"
        value={view.minimumConfidence}
        stops={confidenceStops}
        minimum={0}
        maximum={1}
        step={0.01}
        decimals={3}
        scale={<ConfidenceHistogram confidence={confidence} minimum={view.minimumConfidence} />}
        scope="Drawn, estimated, exported"
        count={left('confident', 'all')}
        onChange={(minimumConfidence) => session.changeView({ minimumConfidence })}
      />
      <SliderField
        label="Matches"
        name="Number of matches"
        bound="≤"
        value={view.maximumMatches}
        stops={matchStops}
        minimum={1}
        maximum={Number.POSITIVE_INFINITY}
        step={100}
        decimals={0}
        scope="Drawn, estimated, exported"
        count={left('selected', 'confident')}
        {...(counts && { amount: counts.confident })}
        onChange={(maximumMatches) => session.changeView({ maximumMatches })}
      />
      <SliderField
        label="Lines"
        name="Number of lines"
        bound="≤"
        value={view.maximumLines}
        stops={lineStops}
        minimum={0}
        maximum={1_000_000}
        step={100}
        decimals={0}
        scope="Drawn only"
        count={left('drawn', 'selected')}
        onChange={(maximumLines) => session.changeView({ maximumLines })}
      />
      <Field label="Colour by">
        <SelectField
          label="Colour by"
          value={view.colourBy}
          options={colourOptions}
          onChange={(colourBy) => session.changeView({ colourBy: colourBy as ColourModeId })}
        />
      </Field>
      <ViewList />
      <Field label="Inliers">
        <Segmented
          label="Inliers"
          value={view.inliers}
          options={visibilities}
          onChange={(inliers) => session.changeView({ inliers })}
        />
      </Field>
      <Field label="Outliers">
        <Segmented
          label="Outliers"
          value={view.outliers}
          options={visibilities}
          onChange={(outliers) => session.changeView({ outliers })}
        />
      </Field>
    </>
  );
}
