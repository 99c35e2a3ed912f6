/** The size an element is given by the page, in whole CSS pixels. */
import { type RefObject, useLayoutEffect, useState } from 'react';
import type { Extent } from './stageLayout.ts';

const NOTHING: Extent = { width: 0, height: 0 };

export function useElementSize(element: RefObject<HTMLElement | null>): Extent {
  const [size, setSize] = useState(NOTHING);
  useLayoutEffect(() => {
    const observed = element.current;
    if (!observed) return;
    const measure = () => {
      const next = { width: observed.clientWidth, height: observed.clientHeight };
      setSize((current) => (current.width === next.width && current.height === next.height ? current : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
