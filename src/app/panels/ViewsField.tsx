import {
  describeView,
  explainUnusableViews,
  fixedViewIds,
  longEdgeOfView,
  type ViewId,
} from '../../pipeline/pairMatches.ts';
import { presetOfViews, viewPresetIds, viewPresets, viewsOfPreset } from '../../pipeline/viewPresets.ts';
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
  const preset = presetOfViews(settings);
  return (
    <>
      <Field label="Effort">
        <Segmented
          label="Effort"
          value={preset ?? ''}
          options={presetOptions}
          onChange={(chosen) => chosen && session.chooseViews(viewsOfPreset(chosen, settings))}
        />
      </Field>
      <div className="viewsChoice">
        <Disclosure label={describeCount(views.length)}>
          <fieldset className="viewsList" aria-label="Views">
            {fixedViewIds.map((view) => (
              <ViewCheck key={view} view={view} views={views} />
            ))}
            <SizeCheck views={views} longEdge={settings.longEdge} />
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

/** One size more than the setting's; the terminal takes any number of them. */
function SizeCheck({ views, longEdge }: { views: readonly ViewId[]; longEdge: number }) {
  const { session } = useServices();
  const sizes = views.filter(isSize);
  const others = views.filter((view) => !isSize(view));
  const size = longEdgeOfView(sizes[0] ?? `scale:${Math.round((1.5 * longEdge) / 8) * 8}`)!;
  return (
    <CheckRow
      label="Another size"
      note="Both photos with another long edge of the network input."
      checked={sizes.length > 0}
      disabled={explainUnusableViews(others) !== null}
      onChange={(checked) => session.chooseViews(inOrder(checked ? [...others, `scale:${size}`] : others))}
    >
      <NumberField
        label="Long edge of the other size in pixels"
        value={size}
        minimum={64}
        maximum={4096}
        step={8}
        decimals={0}
        unit="px"
        onChange={(value) => session.chooseViews(inOrder([...others, `scale:${value}`]))}
      />
    </CheckRow>
  );
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
