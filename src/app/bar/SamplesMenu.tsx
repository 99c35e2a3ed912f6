import { DropdownMenu } from 'radix-ui';
import { SamplesIcon } from '../controls/icons.tsx';
import { useApp, useServices } from '../state/AppContext.ts';

export function SamplesMenu() {
  const { session } = useServices();
  const samples = useApp((state) => state.samples);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="button" disabled={samples.length === 0}>
        <SamplesIcon />
        Samples
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="floating selectContent"
          align="end"
          sideOffset={4}
          collisionPadding={8}
        >
          {samples.map((sample) => (
            <DropdownMenu.Item
              key={sample.id}
              className="menuItem sampleItem"
              onSelect={() => void session.openSample(sample)}
            >
              <span>
                {sample.title}
                <span className="menuNote">{sample.description}</span>
              </span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
