import { ToggleGroup } from 'radix-ui';
import './Segmented.css';

/** A choice of few: all of them on view, one of them chosen. */
export function Segmented<Value extends string>(props: {
  label: string;
  value: Value;
  /** Where there is nothing to choose from yet. */
  disabled?: boolean;
  options: readonly { readonly value: Value; readonly label: string; readonly disabled?: boolean }[];
  onChange: (value: Value) => void;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      className="segmented"
      aria-label={props.label}
      value={props.value}
      disabled={props.disabled ?? false}
      onValueChange={(value) => value && props.onChange(value as Value)}
    >
      {props.options.map(({ value, label, disabled }) => (
        <ToggleGroup.Item key={value} value={value} className="segment" disabled={disabled ?? false}>
          {label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
