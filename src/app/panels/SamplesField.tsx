import { SliderField } from '../controls/SliderField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import { samplesAreDue } from '../state/selectResult.ts';

const stops = [100, 1000, 10_000]
  .flatMap((decade) => [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map((step) => step * decade))
  .filter((samples) => samples <= 20_000);

/** How many matches are drawn from dense ones; moving it draws again from those at hand. */
export function SamplesField() {
  const { session } = useServices();
  const { samples, views } = useApp((state) => state.matcher.settings);
  const isSampling = useApp(samplesAreDue);
  if (samples === undefined) return null;
  return (
    <SliderField
      label="Samples"
      name="Matches to sample"
      bound="≤"
      value={samples}
      stops={stops}
      minimum={100}
      maximum={20_000}
      step={100}
      decimals={0}
      scope={views.length > 1 ? 'Drawn by certainty, from each view' : 'Drawn by certainty; no new run'}
      count={isSampling ? 'Sampling…' : ''}
      onChange={session.chooseSamples}
    />
  );
}
