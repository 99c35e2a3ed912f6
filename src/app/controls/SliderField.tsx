import { Slider } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { formatNumber, NumberField } from './NumberField.tsx';
import './SliderField.css';

export interface SliderFieldProps {
  /** Short, for the eye. */
  readonly label: string;
  /** In full, for the reader of controls. */
  readonly name: string;
  readonly bound?: '≤' | '≥';
  readonly value: number;
  /** The values the slider stops at, rising; a typed number may lie between them. */
  readonly stops: readonly number[];
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  readonly decimals: number;
  readonly unit?: string;
  /** What an infinite value amounts to now. */
  readonly amount?: number;
  /** Drawn above the track, in its width. */
  readonly scale?: ReactNode;
  /** What the setting acts on. */
  readonly scope?: string;
  /** How many it leaves; keeps its place when there is nothing to count. */
  readonly count?: string;
  readonly onChange: (value: number) => void;
}

/** A slider and the same value as a number to type. */
export function SliderField(props: SliderFieldProps) {
  const id = useId();
  const { stops, value, unit, bound } = props;
  return (
    <div className={props.scale ? 'sliderField hasScale' : 'sliderField'}>
      <div className="field">
        <label className="fieldLabel" htmlFor={id}>
          {props.label}
        </label>
        <div className="fieldControl">
          <div className="sliderArea">
            {props.scale}
            <Slider.Root
              className="slider"
              min={0}
              max={stops.length - 1}
              step={1}
              value={[nearestStop(stops, value)]}
              onValueChange={([position]) => props.onChange(stops[position!]!)}
            >
              <Slider.Track className="sliderTrack">
                <Slider.Range className="sliderRange" />
              </Slider.Track>
              <Slider.Thumb
                className="sliderThumb"
                aria-label={`${props.name} slider`}
                aria-valuetext={unit ? `${value} ${unit}` : formatNumber(value, props.decimals)}
              />
            </Slider.Root>
          </div>
          <NumberField
            id={id}
            label={props.name}
            value={value}
            minimum={props.minimum}
            maximum={props.maximum}
            step={props.step}
            decimals={props.decimals}
            {...(unit && { unit })}
            {...(props.amount !== undefined && { amount: props.amount })}
            {...(bound && { bound })}
            onChange={props.onChange}
          />
        </div>
      </div>
      {props.scope && (
        <p className="sliderNote">
          <span>{props.scope}</span>
          <span>{props.count}</span>
        </p>
      )}
    </div>
  );
}

function nearestStop(stops: readonly number[], value: number): number {
  let nearest = 0;
  for (const [position, stop] of stops.entries()) {
    if (stop === value) return position;
    if (Math.abs(stop - value) < Math.abs(stops[nearest]! - value)) nearest = position;
  }
  return nearest;
}
