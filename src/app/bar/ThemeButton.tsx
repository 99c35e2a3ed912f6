import { MoonIcon, SunIcon } from '../controls/icons.tsx';
import { useServices } from '../state/AppContext.ts';
import { useTheme } from '../state/useTheme.ts';

export function ThemeButton() {
  const { session } = useServices();
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="button isPlain isIcon"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => session.chooseTheme(other)}
    >
      {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}
