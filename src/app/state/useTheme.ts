/** The theme in effect: the person's choice, else the system's. */
import { useMediaQuery } from '../../stage/useMediaQuery.ts';
import { useApp } from './AppContext.ts';

export function useTheme(): 'light' | 'dark' {
  const choice = useApp((state) => state.theme);
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)');
  if (choice !== 'system') return choice;
  return systemIsDark ? 'dark' : 'light';
}
