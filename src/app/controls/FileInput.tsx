import type { Ref } from 'react';

/** The browser's own file picker without its looks: a button of ours opens it through `ref`. */
export function FileInput(props: {
  ref: Ref<HTMLInputElement>;
  label: string;
  accept: string;
  multiple?: boolean;
  testId?: string;
  onChoose: (files: readonly File[]) => void;
}) {
  return (
    <input
      ref={props.ref}
      type="file"
      accept={props.accept}
      multiple={props.multiple ?? false}
      hidden
      aria-label={props.label}
      data-testid={props.testId}
      onChange={(event) => {
        props.onChoose([...(event.target.files ?? [])]);
        // The same file can be chosen again.
        event.target.value = '';
      }}
    />
  );
}
