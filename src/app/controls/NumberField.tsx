import { useState } from 'react';
import './NumberField.css';

export interface NumberFieldProps {
  readonly id?: string;
  readonly label: string;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Change by one press of an arrow key. */
  readonly step: number;
  readonly decimals: number;
  readonly unit?: string;
  /** What an infinite value amounts to now, from which the arrow keys step. */
  readonly amount?: number;
  /** Stands before the number: which side of it counts. */
  readonly bound?: '≤' | '≥';
  readonly onChange: (value: number) => void;
}

/** How a maximum that is infinite is shown and typed. */
const all = 'all';

/** A number to type: taken over by Enter or by leaving the field, stepped by the arrow keys, Escape gives up. */
export function NumberField(props: NumberFieldProps) {
  const { value, minimum, maximum, step, decimals } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const shown = formatNumber(value, decimals);

  function takeOver(text: string): void {
    const typed = parseNumber(text, maximum);
    setDraft(null);
    if (typed !== null) change(typed);
  }

  function change(wanted: number): void {
    const rounded = Number(wanted.toFixed(decimals));
    const next = Math.min(Math.max(rounded, minimum), maximum);
    if (next !== value) props.onChange(next);
  }

  return (
    <span className="numberField">
      {props.bound && <span className="numberBound">{props.bound}</span>}
      <input
        id={props.id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        role="spinbutton"
        aria-label={props.label}
        aria-valuenow={Number.isFinite(value) ? value : undefined}
        aria-valuetext={shown}
        aria-valuemin={minimum}
        aria-valuemax={Number.isFinite(maximum) ? maximum : undefined}
        value={draft ?? shown}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => draft !== null && takeOver(draft)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') takeOver(event.currentTarget.value);
          else if (event.key === 'Escape' && draft !== null) {
            setDraft(null);
            event.stopPropagation();
          } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            setDraft(null);
            const from = Number.isFinite(value) ? value : (props.amount ?? value);
            change(event.key === 'ArrowUp' ? value + step : from - step);
          }
        }}
      />
      {props.unit && <span className="numberUnit">{props.unit}</span>}
    </span>
  );
}

function parseNumber(text: string, maximum: number): number | null {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === all && maximum === Number.POSITIVE_INFINITY) return maximum;
  const typed = Number(trimmed.replace(',', '.'));
  return trimmed !== '' && Number.isFinite(typed) ? typed : null;
}

/** @returns "all" for a maximum that is infinite */
export function formatNumber(value: number, decimals: number): string {
  if (value === Number.POSITIVE_INFINITY) return all;
  return decimals === 0 ? String(Math.round(value)) : String(Number(value.toFixed(decimals)));
}
