/** The choice of theme over reloads; where the browser forbids storage, it lasts as long as the page. */
import type { ThemeChoice } from './appState.ts';

const key = 'covis.theme';

export function recallTheme(): ThemeChoice {
  try {
    const theme = localStorage.getItem(key);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}

export function rememberTheme(theme: ThemeChoice): void {
  try {
    if (theme === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // A page without storage still has its theme.
  }
}
