/** Device pixels a CSS pixel, following the window from screen to screen. */
import { useEffect, useState } from 'react';

/** Beyond two, finer lines cost four times the work and nobody sees them. */
const LARGEST = 2;

export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(current);
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const update = () => setRatio(current());
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  });
  return ratio;
}

function current(): number {
  return Math.min(window.devicePixelRatio || 1, LARGEST);
}
