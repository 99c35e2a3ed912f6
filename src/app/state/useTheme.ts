/** The theme in effect: the person's choice, else the system's. */
import { useSyncExternalStore } from 'react';
import { useApp } from './AppContext.ts';

const systemIsDark = '(prefers-color-scheme: dark)';

function watchSystem(onChange: () => void): () => void {
  const query = matchMedia(systemIsDark);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

export function useTheme(): 'light' | 'dark' {
  const choice = useApp((state) => state.theme);
  const system = useSyncExternalStore(watchSystem, () =>
    matchMedia(systemIsDark).matches ? 'dark' : 'light',
  );
  return choice === 'system' ? system : choice;
}
