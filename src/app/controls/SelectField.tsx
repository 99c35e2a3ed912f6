import { Select } from 'radix-ui';
import { CheckIcon, ChevronIcon } from './icons.tsx';
import './SelectField.css';

export interface SelectOption {
  readonly value: string;
  readonly label: string;
  /** A second, fainter line in the list. */
  readonly note?: string;
}

export function SelectField(props: {
  label: string;
  value: string;
  options: readonly SelectOption[];
  disabled?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <Select.Root
      value={props.value}
      onValueChange={props.onChange}
      disabled={props.disabled || props.options.length === 0}
    >
      <Select.Trigger
        className="selectTrigger"
        aria-label={props.label}
        // A file may have a longer name than there is room for.
        title={props.options.find(({ value }) => value === props.value)?.label}
      >
        <span className="selectValue">
          <Select.Value placeholder="–" />
        </span>
        <Select.Icon className="selectIcon">
          <ChevronIcon />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Content
          className="floating selectContent"
          position="popper"
          sideOffset={4}
          collisionPadding={8}
        >
          <Select.Viewport>
            {props.options.map(({ value, label, note }) => (
              <Select.Item key={value} value={value} className="menuItem">
                <span className="menuMark">
                  <Select.ItemIndicator>
                    <CheckIcon />
                  </Select.ItemIndicator>
                </span>
                <span>
                  <Select.ItemText>{label}</Select.ItemText>
                  {note && <span className="menuNote">{note}</span>}
                </span>
              </Select.Item>
            ))}
          </Select.Viewport>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
}
