import { useEffect, useRef, useState } from 'react';
import { useServices } from '../state/AppContext.ts';
import type { Side } from '../state/appState.ts';
import './DropLayer.css';

/**
 * Takes files dropped anywhere on the page. Over the stage, and over a photo in the bar, the place says which
 * side a single photo fills; the halves lie as the stage lays out its photos.
 */
export function DropLayer() {
  const { session } = useServices();
  const layer = useRef<HTMLDivElement>(null);
  const [dragging, setDragging] = useState<{ readonly side: Side | null; readonly upright: boolean } | null>(
    null,
  );

  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const onDragOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const area = layer.current!.getBoundingClientRect();
      const side = sideAt(event, area);
      const upright = area.height > area.width;
      setDragging((before) =>
        before?.side === side && before.upright === upright ? before : { side, upright },
      );
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDragging(null);
    };
    const onDrop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setDragging(null);
      session.takeFiles(
        [...(event.dataTransfer?.files ?? [])],
        sideAt(event, layer.current!.getBoundingClientRect()),
      );
    };
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      session.takeFiles(files, slotSide(document.activeElement));
    };
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('dragleave', onDragLeave);
    document.addEventListener('drop', onDrop);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('dragleave', onDragLeave);
      document.removeEventListener('drop', onDrop);
      document.removeEventListener('paste', onPaste);
    };
  }, [session]);

  return (
    <div
      ref={layer}
      className={dragging?.upright ? 'dropLayer isUpright' : 'dropLayer'}
      data-dragging={dragging !== null}
      aria-hidden="true"
    >
      {(['First photo', 'Second photo'] as const).map((label, side) => (
        <div key={label} className={dragging?.side === side ? 'dropHalf isTarget' : 'dropHalf'}>
          {label}
        </div>
      ))}
    </div>
  );
}

function sideAt(event: DragEvent, area: DOMRect): Side | null {
  const { clientX, clientY } = event;
  const inside = clientX >= area.left && clientX < area.right && clientY >= area.top && clientY < area.bottom;
  if (!inside) return slotSide(event.target);
  const share =
    area.height > area.width ? (clientY - area.top) / area.height : (clientX - area.left) / area.width;
  return share < 0.5 ? 0 : 1;
}

function slotSide(target: EventTarget | null): Side | null {
  const slot = target instanceof Element ? target.closest<HTMLElement>('[data-side]') : null;
  if (!slot) return null;
  return slot.dataset.side === '0' ? 0 : 1;
}
