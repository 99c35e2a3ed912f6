/** Whether a media query holds; follows its changes. */
import { useCallback, useSyncExternalStore } from 'react';

export function useMediaQuery(text: string): boolean {
  const watch = useCallback(
    (onChange: () => void) => {
      const query = window.matchMedia(text);
      query.addEventListener('change', onChange);
      return () => query.removeEventListener('change', onChange);
    },
    [text],
  );
  return useSyncExternalStore(watch, () => window.matchMedia(text).matches);
}
