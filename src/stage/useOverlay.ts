/** What lies over the photos, from the chosen view, the divider, the blinking and the key that is held. */
import { useMemo, useState } from 'react';
import type { DenseView } from './stageProps.ts';
import { useBlink } from './useBlink.ts';
import { useReducedMotion } from './useReducedMotion.ts';

export type Overlay =
  | { readonly kind: 'certainty'; readonly opacity: number }
  /** The other photo covers each from `from` on, in shares of its width. */
  | { readonly kind: 'warp'; readonly from: number };

export interface OverlayControl {
  /** Null while nothing does. */
  readonly overlay: Overlay | null;
  /** Where the divider stands, in shares of a photo's width. */
  readonly divider: number;
  moveDivider(share: number): void;
  /** Shows the other photo whole as long as it is held, where photos are compared. */
  hold(isHeld: boolean): void;
}

export function useOverlay(view: DenseView): OverlayControl {
  const [divider, moveDivider] = useState(0.5);
  const [isHeld, hold] = useState(false);
  const isStill = useReducedMotion();
  const { mode, compare, blink, blinkMs, certaintyOpacity } = view;
  const alternates = mode === 'warp' && compare === 'blink' && blink === 'alternate' && !isStill;
  const isOther = useBlink(alternates, blinkMs) || blink === 'other' || isHeld;
  const overlay = useMemo((): Overlay | null => {
    if (mode === 'matches') return null;
    if (mode === 'certainty') return { kind: 'certainty', opacity: certaintyOpacity };
    if (compare === 'swipe' && !isHeld) return { kind: 'warp', from: divider };
    return isOther ? { kind: 'warp', from: 0 } : null;
  }, [mode, compare, certaintyOpacity, divider, isOther, isHeld]);
  return { overlay, divider, moveDivider, hold };
}
