/** The divider of each photo between what it shows and the other photo warped into it: dragged, or moved by keys. */
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { PhotoPlace, StageLayout } from './stageLayout.ts';
import type { Viewport } from './viewport.ts';

interface DividersProps {
  readonly names: readonly [string, string];
  readonly layout: StageLayout;
  readonly viewport: Viewport;
  /** Share of the width of either photo, 0 to 1. */
  readonly share: number;
  readonly onMove: (share: number) => void;
}

export function Dividers({ names, layout, viewport, share, onMove }: DividersProps) {
  return [layout.place0, layout.place1].map((place, side) => (
    <Divider
      key={side === 0 ? 'photo0' : 'photo1'}
      name={names[side]!}
      place={place}
      viewport={viewport}
      share={share}
      onMove={onMove}
    />
  ));
}

interface DividerProps extends Omit<DividersProps, 'names' | 'layout'> {
  readonly name: string;
  readonly place: PhotoPlace;
}

const STEP = 0.02;
const LARGE_STEP = 0.1;

function Divider({ name, place, viewport, share, onMove }: DividerProps) {
  const element = useRef<HTMLDivElement>(null);
  const left = place.x * viewport.zoom + viewport.x;
  const width = place.width * viewport.zoom;
  const latest = useRef({ left, width, onMove });
  useEffect(() => {
    latest.current = { left, width, onMove };
  });

  // The stage listens to the same events on its own element, where React's would come too late to stop them.
  useEffect(() => {
    const target = element.current!;
    const listening = new AbortController();
    const { signal } = listening;
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      target.setPointerCapture(event.pointerId);
    };
    const onDrag = (event: PointerEvent) => {
      if (!target.hasPointerCapture(event.pointerId)) return;
      event.stopPropagation();
      const x = event.clientX - target.parentElement!.getBoundingClientRect().left;
      latest.current.onMove(inRange((x - latest.current.left) / latest.current.width));
    };
    target.addEventListener('pointerdown', onDown, { signal });
    target.addEventListener('pointermove', onDrag, { signal });
    return () => listening.abort();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = shareForKey(event.key, share);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(next);
  };

  return (
    <div
      ref={element}
      className="pair-stage-divider"
      role="slider"
      tabIndex={0}
      aria-label={`Divider on ${name}`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * share)}
      aria-valuetext={`${Math.round(100 * share)} % of the photo`}
      style={{
        left: left + share * width,
        top: place.y * viewport.zoom + viewport.y,
        height: place.height * viewport.zoom,
      }}
      onKeyDown={onKeyDown}
    />
  );
}

function shareForKey(key: string, share: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return inRange(share - STEP);
    case 'ArrowRight':
    case 'ArrowUp':
      return inRange(share + STEP);
    case 'PageDown':
      return inRange(share - LARGE_STEP);
    case 'PageUp':
      return inRange(share + LARGE_STEP);
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return null;
  }
}

function inRange(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
