import {
  describeView,
  explainUnusableViews,
  fixedViewIds,
  longEdgeOfView,
  type ViewId,
} from '../../pipeline/pairMatches.ts';
import { presetOfViews, viewPresetIds, viewPresets } from '../../pipeline/viewPresets.ts';
import { CheckRow } from '../controls/CheckRow.tsx';
import { NumberField } from '../controls/NumberField.tsx';
import { Disclosure, Field } from '../controls/Section.tsx';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import './ViewsField.css';

const presetOptions = viewPresetIds.map((value) => ({ value, label: viewPresets[value].label }));

/** How often the matcher looks at the photos: a preset, or any choice of views. */
export function ViewsField() {
  const { session } = useServices();
  const settings = useApp((state) => state.matcher.settings);
  const { views } = settings;
  const sizes = views.filter(isSize);
  const preset = presetOfViews(views);
  return (
    <>
      <Field label="Effort">
        <Segmented
          label="Effort"
          value={preset ?? ''}
          options={presetOptions}
          onChange={(chosen) => chosen && session.chooseViews(viewPresets[chosen].views)}
        />
      </Field>
      <div className="viewsChoice">
        <Disclosure label={describeCount(views.length)}>
          <fieldset className="viewsList" aria-label="Views">
            {fixedViewIds.map((view) => (
              <ViewCheck key={view} view={view} views={views} />
            ))}
            {(sizes.length > 0 ? sizes : [closerSize(settings.longEdge)]).map((size, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: another number typed is the same field
              <SizeCheck key={place} place={place} size={size} views={views} />
            ))}
          </fieldset>
        </Disclosure>
      </div>
    </>
  );
}

function describeCount(count: number): string {
  return count === 1 ? 'One view' : `${count} views`;
}

function ViewCheck({ view, views }: { view: ViewId; views: readonly ViewId[] }) {
  const { session } = useServices();
  const { label, description } = describeView(view);
  const checked = views.includes(view);
  const changed = inOrder(checked ? views.filter((other) => other !== view) : [...views, view]);
  return (
    <CheckRow
      label={label}
      note={description}
      checked={checked}
      disabled={explainUnusableViews(changed) !== null}
      onChange={() => session.chooseViews(changed)}
    />
  );
}

/** A size beside the setting's: each of those chosen, or else one that could be; the terminal takes any number. */
function SizeCheck({ place, size, views }: { place: number; size: ViewId; views: readonly ViewId[] }) {
  const { session } = useServices();
  const checked = views.includes(size);
  const others = views.filter((view) => view !== size);
  const choose = (changed: ViewId) => {
    const chosen = checked ? views.map((view) => (view === size ? changed : view)) : [...views, changed];
    session.chooseViews(inOrder([...new Set(chosen)]));
  };
  return (
    <CheckRow
      label="Another size"
      note="Both photos with another long edge of the network input."
      checked={checked}
      disabled={explainUnusableViews(others) !== null}
      onChange={() => (checked ? session.chooseViews(others) : choose(size))}
    >
      <NumberField
        label={`Long edge of ${place === 0 ? 'the other size' : `other size ${place + 1}`} in pixels`}
        value={longEdgeOfView(size)!}
        minimum={64}
        maximum={4096}
        step={8}
        decimals={0}
        unit="px"
        onChange={(value) => choose(`scale:${value}`)}
      />
    </CheckRow>
  );
}

function closerSize(longEdge: number): ViewId {
  return `scale:${Math.round((1.5 * longEdge) / 8) * 8}`;
}

function isSize(view: ViewId): boolean {
  return longEdgeOfView(view) !== null;
}

/** The shared region comes last, for it is looked for in what the others find. */
function inOrder(views: readonly ViewId[]): readonly ViewId[] {
  const place = (view: ViewId): number => {
    if (isSize(view)) return fixedViewIds.length - 1.5;
    return fixedViewIds.indexOf(view);
  };
  return [...views].sort((a, b) => place(a) - place(b));
}
