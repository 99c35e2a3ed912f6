import { Checkbox } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import './CheckRow.css';
import { CheckIcon } from './icons.tsx';

/** One of several things that can be on together, with a word on what it is. */
export function CheckRow(props: {
  label: string;
  checked: boolean;
  /** Where it cannot be changed as things are. */
  disabled?: boolean;
  /** Stands before the label. */
  mark?: ReactNode;
  /** Stands at the right end. */
  children?: ReactNode;
  note?: string;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="checkRow" title={props.note}>
      <Checkbox.Root
        id={id}
        className="checkBox"
        checked={props.checked}
        disabled={props.disabled ?? false}
        onCheckedChange={(checked) => props.onChange(checked === true)}
      >
        <Checkbox.Indicator>
          <CheckIcon />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <label className="checkLabel" htmlFor={id}>
        {props.mark}
        {props.label}
      </label>
      {props.children}
    </div>
  );
}
