/** The page's icons: one 16 px grid, one stroke, the text's colour. Always beside a name, so hidden from readers. */
import type { ReactElement } from 'react';

function icon(paths: string): () => ReactElement {
  return () => (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths} />
    </svg>
  );
}

export const SwapIcon = icon('M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13');
export const ChevronIcon = icon('M4.5 6.5 8 10l3.5-3.5');
export const CheckIcon = icon('M3.5 8.5 6.5 11.5 12.5 4.5');
export const CloseIcon = icon('M4 4l8 8M12 4l-8 8');
export const PlusIcon = icon('M8 3.5v9M3.5 8h9');
export const MinusIcon = icon('M3.5 8h9');
export const FitIcon = icon(
  'M2.5 6V3.5A1 1 0 0 1 3.5 2.5H6M10 2.5h2.5a1 1 0 0 1 1 1V6M13.5 10v2.5a1 1 0 0 1-1 1H10M6 13.5H3.5a1 1 0 0 1-1-1V10',
);
export const SamplesIcon = icon('M2.5 4.5h8v8h-8zM5.5 4.5v-2h8v8h-3M2.5 10.5l2.5-2.5 2 2 1.5-1.5 2 2');
export const PhotoIcon = icon('M2.5 3.5h11v9h-11zM2.5 10.5l3-3 2.5 2.5 2-2 3.5 3.5M10.5 6.2v.1');
export const SunIcon = icon(
  'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7',
);
export const MoonIcon = icon('M13.2 9.8A5.6 5.6 0 0 1 6.2 2.8a5.6 5.6 0 1 0 7 7Z');
export const ResetIcon = icon('M3.2 6.5a5 5 0 1 1-.2 3M3 3v3.5h3.5');
export const CopyIcon = icon('M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2');
export const DownloadIcon = icon('M8 2.5v7.5M5 7.5 8 10.5l3-3M3 13.5h10');
export const OpenIcon = icon('M2.5 12.5v-9h4l1.5 2h5.5v7z');
export const TrashIcon = icon('M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9M6.8 7v4M9.2 7v4');
