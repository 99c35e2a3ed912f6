import { Collapsible } from 'radix-ui';
import type { ReactNode } from 'react';
import './Section.css';
import { ChevronIcon } from './icons.tsx';

/** A part of the side panel: a heading that folds, and at its right what matters most in few characters. */
export function Section(props: {
  title: string;
  summary?: ReactNode;
  /** For what few people need: folded until asked for. */
  folded?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Collapsible.Root
      className="section"
      defaultOpen={!props.folded}
      {...(props.onOpenChange && { onOpenChange: props.onOpenChange })}
      asChild
    >
      <section aria-label={props.title}>
        <h2 className="sectionHeading">
          <Collapsible.Trigger className="sectionTrigger">
            <ChevronIcon />
            {props.title}
          </Collapsible.Trigger>
          <span className="sectionSummary">{props.summary}</span>
        </h2>
        <Collapsible.Content className="sectionBody">{props.children}</Collapsible.Content>
      </section>
    </Collapsible.Root>
  );
}

/** One row: a label and its control, aligned with every other row. */
export function Field(props: { label: string; htmlFor?: string; children: ReactNode }) {
  return (
    <div className="field">
      {props.htmlFor ? (
        <label className="fieldLabel" htmlFor={props.htmlFor}>
          {props.label}
        </label>
      ) : (
        <span className="fieldLabel">{props.label}</span>
      )}
      <div className="fieldControl">{props.children}</div>
    </div>
  );
}

/** A folded group of settings that few people need. */
export function Disclosure(props: { label: string; children: ReactNode }) {
  return (
    <Collapsible.Root className="disclosure">
      <Collapsible.Trigger className="disclosureTrigger">
        <ChevronIcon />
        {props.label}
      </Collapsible.Trigger>
      <Collapsible.Content className="disclosureBody">{props.children}</Collapsible.Content>
    </Collapsible.Root>
  );
}
