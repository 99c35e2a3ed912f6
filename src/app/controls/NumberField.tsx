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
  /** Stands before the number: which side of it counts. */
  readonly bound?: '≤' | '≥';
  readonly onChange: (value: number) => void;
}

/** A number to type: taken over by Enter or by leaving the field, stepped by the arrow keys, Escape gives up. */
export function NumberField(props: NumberFieldProps) {
  const { value, minimum, maximum, step, decimals } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const shown = formatNumber(value, decimals);

  function takeOver(text: string): void {
    const typed = Number(text.trim().replace(',', '.'));
    setDraft(null);
    if (text.trim() === '' || !Number.isFinite(typed)) return;
    change(typed);
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
        aria-valuenow={value}
        aria-valuemin={minimum}
        aria-valuemax={maximum}
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
            change(value + (event.key === 'ArrowUp' ? step : -step));
          }
        }}
      />
      {props.unit && <span className="numberUnit">{props.unit}</span>}
    </span>
  );
}

function formatNumber(value: number, decimals: number): string {
  return decimals === 0 ? String(Math.round(value)) : String(Number(value.toFixed(decimals)));
}
