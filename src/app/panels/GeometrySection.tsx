import type { RequestedModel } from '../../estimators/estimator.ts';
import { estimators } from '../../estimators/registry.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { Disclosure, Field, Section } from '../controls/Section.tsx';
import { SelectField, type SelectOption } from '../controls/SelectField.tsx';
import { SliderField } from '../controls/SliderField.tsx';
import { formatDuration } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { currentEstimate } from '../state/selectResult.ts';
import { FocalLengthFields } from './FocalLengthFields.tsx';
import { GeometryReadout } from './GeometryReadout.tsx';

const thresholdStops = [
  ...Array.from({ length: 10 }, (_, k) => (k + 1) / 10),
  ...Array.from({ length: 16 }, (_, k) => 1 + (k + 1) / 4),
  ...Array.from({ length: 15 }, (_, k) => 6 + k),
];

const { automatic, ...models } = estimators;
const modelOptions = listChoices({ automatic, ...models });

export function GeometrySection() {
  const { session } = useServices();
  const geometry = useApp((state) => state.geometry);
  const milliseconds = useApp((state) => currentEstimate(state)?.milliseconds ?? null);
  const methods = listChoices(estimators[geometry.model].methods);
  return (
    <Section
      title="Geometry"
      summary={milliseconds === null ? null : `estimated in ${formatDuration(milliseconds)}`}
    >
      <GeometryReadout />
      <Field label="Model">
        <SelectField
          label="Model"
          value={geometry.model}
          options={modelOptions}
          onChange={(model) => session.chooseModel(model as RequestedModel)}
        />
      </Field>
      {geometry.model === 'essential' && <FocalLengthFields />}
      <SliderField
        label="Threshold"
        name="Inlier threshold"
        bound="≤"
        value={geometry.thresholdPx}
        stops={thresholdStops}
        minimum={0.01}
        maximum={1000}
        step={0.25}
        decimals={2}
        unit="px"
        onChange={(thresholdPx) => session.changeGeometry({ thresholdPx })}
      />
      {methods.length > 1 && (
        <Field label="Method">
          <SelectField
            label="Method"
            value={geometry.method}
            options={methods}
            onChange={(method) => session.changeGeometry({ method })}
          />
        </Field>
      )}
      <Disclosure label="Advanced">
        <Field label="Confidence">
          <NumberField
            label="Confidence of the estimate"
            value={geometry.confidence}
            minimum={0.5}
            maximum={0.999999}
            step={0.001}
            decimals={6}
            onChange={(confidence) => session.changeGeometry({ confidence })}
          />
        </Field>
        <Field label="Iterations">
          <NumberField
            label="Most iterations"
            value={geometry.maxIterations}
            minimum={1}
            maximum={1_000_000}
            step={1000}
            decimals={0}
            onChange={(maxIterations) => session.changeGeometry({ maxIterations })}
          />
        </Field>
      </Disclosure>
    </Section>
  );
}

function listChoices(
  entries: Readonly<Record<string, { readonly label: string; readonly description: string }>>,
): readonly SelectOption[] {
  return Object.entries(entries).map(([value, { label, description }]) => ({
    value,
    label,
    note: description,
  }));
}
