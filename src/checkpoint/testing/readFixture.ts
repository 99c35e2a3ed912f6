/** Checkpoints written by PyTorch itself: `fixtures/makeFixtures.py` makes them. */

import { readFileSync } from 'node:fs';

export const VALID_FIXTURES = [
  'dtypes.pth',
  'views_protocol2.pt',
  'views_protocol4.pt',
  'views_protocol5.pt',
  'lightning.ckpt',
] as const;

export function readFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
}
