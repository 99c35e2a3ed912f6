/** The list of sample pairs that is served with the page. A page without samples works: it offers none. */
import type { Sample } from '../state/appState.ts';

const folder = 'samples/';

interface ListEntry {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly photo0: string;
  readonly photo1: string;
}

export async function loadSamples(loadFile: (path: string) => Promise<Blob>): Promise<readonly Sample[]> {
  try {
    const list = await loadFile(`${folder}index.json`);
    const entries: unknown = JSON.parse(await list.text());
    if (!Array.isArray(entries)) return [];
    return entries.filter(isListEntry).map(({ id, title, description, photo0, photo1 }) => ({
      id,
      title,
      description,
      files: [`${folder}${photo0}`, `${folder}${photo1}`],
    }));
  } catch {
    return [];
  }
}

function isListEntry(value: unknown): value is ListEntry {
  const names: readonly (keyof ListEntry)[] = ['id', 'title', 'description', 'photo0', 'photo1'];
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Partial<ListEntry>)[name] === 'string')
  );
}
