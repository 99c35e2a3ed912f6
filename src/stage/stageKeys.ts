/** Which key does what on the focused stage. */

export type StageCommand =
  | { readonly type: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'fit' }
  | { readonly type: 'step'; readonly direction: 1 | -1 }
  | { readonly type: 'clear' };

/** For the accessible name of the stage. */
export const KEYS_HELP = 'Arrow keys pan, plus and minus zoom, 0 fits, N and P step through the matches.';

/** Said as well while photos are compared. */
export const HOLD_HELP = 'B shows the other photo while it is held.';

const PAN_PX = 64;
const ZOOM = 1.25;

const COMMANDS: ReadonlyMap<string, StageCommand> = new Map<string, StageCommand>([
  // The view moves with the arrow, so the photos move against it.
  ['arrowleft', { type: 'pan', dx: PAN_PX, dy: 0 }],
  ['arrowright', { type: 'pan', dx: -PAN_PX, dy: 0 }],
  ['arrowup', { type: 'pan', dx: 0, dy: PAN_PX }],
  ['arrowdown', { type: 'pan', dx: 0, dy: -PAN_PX }],
  ['+', { type: 'zoom', factor: ZOOM }],
  ['=', { type: 'zoom', factor: ZOOM }],
  ['-', { type: 'zoom', factor: 1 / ZOOM }],
  ['0', { type: 'fit' }],
  ['n', { type: 'step', direction: 1 }],
  ['.', { type: 'step', direction: 1 }],
  ['p', { type: 'step', direction: -1 }],
  [',', { type: 'step', direction: -1 }],
  ['escape', { type: 'clear' }],
]);

type KeyPress = Parameters<typeof commandForKey>[0];

/** The key that shows the other photo as long as it is down. */
export function isHoldKey({ key, ctrlKey, metaKey, altKey }: KeyPress): boolean {
  return key.toLowerCase() === 'b' && !ctrlKey && !metaKey && !altKey;
}

/** @returns null for keys that are the page's or the browser's */
export function commandForKey(event: {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}): StageCommand | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return COMMANDS.get(event.key.toLowerCase()) ?? null;
}
