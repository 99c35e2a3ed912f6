/** A photo is known by the hash of its file: results and cached features name it, whatever the file is called. */
import { CovisError } from '../reporting/covisError.ts';

/**
 * @returns SHA-256 in hexadecimal
 * @throws CovisError `no-secure-context` where the browser withholds cryptography
 */
export async function hashPhoto(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers define crypto.subtle on https and localhost only, whatever the types say.
  if (globalThis.crypto?.subtle === undefined) {
    throw new CovisError(
      'photos',
      'no-secure-context',
      'This page was opened over an insecure address: open it by https:// or as http://localhost.',
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
