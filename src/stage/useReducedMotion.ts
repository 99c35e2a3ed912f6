/** Whether the person asked the system for stillness; follows a change of that setting. */
import { useSyncExternalStore } from 'react';

const wish = () => window.matchMedia('(prefers-reduced-motion: reduce)');

export function useReducedMotion(): boolean {
  return useSyncExternalStore(watch, () => wish().matches);
}

function watch(onChange: () => void): () => void {
  const query = wish();
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}
