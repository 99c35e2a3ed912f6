/** Device pixels a CSS pixel, following the window from screen to screen. */
import { useEffect, useState } from 'react';

/** Beyond two, finer lines cost four times the work and nobody sees them. */
const LARGEST = 2;

export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio);
  useEffect(() => {
    // The query names the present ratio, so it changes once: then it is asked anew.
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const update = () => setRatio(window.devicePixelRatio);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, [ratio]);
  return Math.min(ratio || 1, LARGEST);
}
