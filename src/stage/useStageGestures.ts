/**
 * Mouse, pen and fingers as four intentions: pan, zoom at a point, look at a point, tap a point. Positions are
 * CSS pixels from the element's top-left corner.
 */
import { type RefObject, useEffect, useRef } from 'react';
import type { ScreenPoint } from './viewport.ts';

export interface StageGestures {
  pan(dx: number, dy: number): void;
  zoom(factor: number, point: ScreenPoint): void;
  /** The pointer rests or moves over a point; null when it leaves or starts to drag. */
  look(point: ScreenPoint | null): void;
  /** A finger taps, which cannot hover. */
  tap(point: ScreenPoint): void;
}

/** A press that moves less is a tap. */
const TAP_SLACK_PX = 5;
const DOUBLE_TAP_MS = 350;
const DOUBLE_TAP_SLACK_PX = 24;
const DOUBLE_TAP_ZOOM = 2;

const WHEEL_ZOOM = 0.0018;
/** A pinch on a trackpad arrives as small wheel steps with the control key. */
const PINCH_WHEEL_ZOOM = 0.012;
const LINE_PX = 16;

export function useStageGestures(element: RefObject<HTMLElement | null>, gestures: StageGestures): void {
  const latest = useRef(gestures);
  useEffect(() => {
    latest.current = gestures;
  });

  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const pressed = new Map<number, ScreenPoint>();
    let pressedAt: ScreenPoint | null = null;
    let moved = false;
    let lastTap: { readonly time: number; readonly point: ScreenPoint } | null = null;

    const locate = (event: MouseEvent): ScreenPoint => {
      const box = target.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };

    const onDown = (event: PointerEvent) => {
      if (event.pointerType === 'mouse' && event.button !== 0) return;
      const point = locate(event);
      pressed.set(event.pointerId, point);
      target.setPointerCapture(event.pointerId);
      if (pressed.size === 1) {
        pressedAt = point;
        moved = false;
      } else moved = true;
    };

    const onMove = (event: PointerEvent) => {
      const point = locate(event);
      const before = pressed.get(event.pointerId);
      if (!before) {
        if (pressed.size === 0 && event.pointerType !== 'touch') latest.current.look(point);
        return;
      }
      if (!moved && pressedAt && distance(point, pressedAt) < TAP_SLACK_PX) return;
      if (!moved) {
        moved = true;
        latest.current.look(null);
      }
      const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
      pressed.set(event.pointerId, point);
      if (other) {
        // The other finger rests in this event, so the middle moves half as far as this one.
        latest.current.pan((point.x - before.x) / 2, (point.y - before.y) / 2);
        const spread = distance(before, other);
        if (spread > 0) latest.current.zoom(distance(point, other) / spread, middle(point, other));
      } else latest.current.pan(point.x - before.x, point.y - before.y);
    };

    const onUp = (event: PointerEvent) => {
      if (!pressed.delete(event.pointerId) || moved || pressed.size > 0) return;
      const point = locate(event);
      const tap = { time: event.timeStamp, point };
      const isDouble =
        lastTap !== null &&
        tap.time - lastTap.time < DOUBLE_TAP_MS &&
        distance(point, lastTap.point) < DOUBLE_TAP_SLACK_PX;
      lastTap = isDouble ? null : tap;
      if (isDouble) latest.current.zoom(event.shiftKey ? 1 / DOUBLE_TAP_ZOOM : DOUBLE_TAP_ZOOM, point);
      else if (event.pointerType === 'touch') latest.current.tap(point);
    };

    const onCancel = (event: PointerEvent) => {
      pressed.delete(event.pointerId);
      moved = true;
    };

    const onLeave = (event: PointerEvent) => {
      if (event.pointerType !== 'touch' && pressed.size === 0) latest.current.look(null);
    };

    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
      const pixels = Math.min(Math.max(event.deltaY * unit, -240), 240);
      const factor = Math.exp(-pixels * (event.ctrlKey ? PINCH_WHEEL_ZOOM : WHEEL_ZOOM));
      latest.current.zoom(factor, locate(event));
    };

    const listening = new AbortController();
    const { signal } = listening;
    target.addEventListener('pointerdown', onDown, { signal });
    target.addEventListener('pointermove', onMove, { signal });
    target.addEventListener('pointerup', onUp, { signal });
    target.addEventListener('pointercancel', onCancel, { signal });
    target.addEventListener('pointerleave', onLeave, { signal });
    target.addEventListener('wheel', onWheel, { signal, passive: false });
    return () => listening.abort();
  }, [element]);
}

function distance(a: ScreenPoint, b: ScreenPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: ScreenPoint, b: ScreenPoint): ScreenPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
