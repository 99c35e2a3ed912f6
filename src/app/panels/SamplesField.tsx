import { canDrawAgain, sampleCounts } from '../../pipeline/pairMatches.ts';
import { SliderField } from '../controls/SliderField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import { samplesAreDue } from '../state/selectResult.ts';

const stops = [100, 1000, 10_000]
  .flatMap((decade) => [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map((step) => step * decade))
  .filter((samples) => samples <= sampleCounts.most);

/** How many matches are drawn from dense ones; moving it draws again from those at hand where that needs no new run. */
export function SamplesField() {
  const { session } = useServices();
  const settings = useApp((state) => state.matcher.settings);
  const { samples, views } = settings;
  const isSampling = useApp(samplesAreDue);
  if (samples === undefined) return null;
  return (
    <SliderField
      label="Samples"
      name="Matches to sample"
      bound="≤"
      value={samples}
      stops={stops}
      minimum={sampleCounts.least}
      maximum={sampleCounts.most}
      step={100}
      decimals={0}
      scope={describeScope(views.length, canDrawAgain(settings))}
      count={isSampling ? 'Sampling…' : ''}
      onChange={session.chooseSamples}
    />
  );
}

function describeScope(views: number, withoutRun: boolean): string {
  if (views > 1) return 'Drawn by certainty, from each view';
  return withoutRun ? 'Drawn by certainty; no new run' : 'Drawn by certainty; run again';
}
