import type { DenseView } from '../../stage/stageProps.ts';
import { useReducedMotion } from '../../stage/useReducedMotion.ts';
import { Field } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { SliderField } from '../controls/SliderField.tsx';
import { useApp, useServices } from '../state/AppContext.ts';

const opacityStops = Array.from({ length: 101 }, (_, k) => k / 100);
const blinkStops = Array.from({ length: 19 }, (_, k) => 0.4 + k / 10).map((s) => Math.round(10 * s) / 10);

const photosAtRest: readonly { readonly value: DenseView['blink']; readonly label: string }[] = [
  { value: 'own', label: 'This' },
  { value: 'other', label: 'Other, warped' },
];

/** How dense matches are shown: as certainties over the photos, or as each photo warped into the other. */
export function DenseViewFields({ mode }: { mode: Exclude<DenseView['mode'], 'matches'> }) {
  const { session } = useServices();
  const view = useApp((state) => state.denseView);
  const isStill = useReducedMotion();
  if (mode === 'certainty') {
    return (
      <SliderField
        label="Opacity"
        name="Certainty opacity"
        value={view.certaintyOpacity}
        stops={opacityStops}
        minimum={0}
        maximum={1}
        step={0.05}
        decimals={2}
        scope="Point at a photo to see its match"
        onChange={(certaintyOpacity) => session.changeDenseView({ certaintyOpacity })}
      />
    );
  }
  return (
    <>
      <Field label="Compare by">
        <Segmented
          label="Compare by"
          value={view.compare}
          options={[
            { value: 'swipe', label: 'Swipe' },
            { value: 'blink', label: 'Blink' },
          ]}
          onChange={(compare) => session.changeDenseView({ compare })}
        />
      </Field>
      {view.compare === 'blink' && (
        <>
          <Field label="Photo">
            <Segmented
              label="Photo shown"
              value={isStill && view.blink === 'alternate' ? 'own' : view.blink}
              options={isStill ? photosAtRest : [{ value: 'alternate', label: 'In turn' }, ...photosAtRest]}
              onChange={(blink) => session.changeDenseView({ blink })}
            />
          </Field>
          {!isStill && (
            <SliderField
              label="Interval"
              name="Blink interval"
              value={view.blinkMs / 1000}
              stops={blinkStops}
              minimum={0.4}
              maximum={10}
              step={0.1}
              decimals={1}
              unit="s"
              onChange={(seconds) => session.changeDenseView({ blinkMs: 1000 * seconds })}
            />
          )}
        </>
      )}
      <p className="sliderNote">
        <span>
          {view.compare === 'swipe'
            ? 'Right of the divider is the other photo, warped'
            : 'B on the stage shows the other while held'}
        </span>
      </p>
    </>
  );
}
