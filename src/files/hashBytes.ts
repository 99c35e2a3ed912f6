/**
 * A file is known by its SHA-256, whatever it is called: results and caches name photos by it, and weights are
 * checked against it. Web Crypto is the one hash of the browser, its workers and Node alike.
 */
import { CovisError } from '../reporting/covisError.ts';

/**
 * @returns the lower-case hex digest of all of `bytes`
 * @throws CovisError `insecure-context` where the browser hides Web Crypto (plain http from another machine)
 */
export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers define crypto.subtle on https and localhost only, whatever the types say.
  if (globalThis.crypto?.subtle === undefined) {
    throw new CovisError(
      'runtime',
      'insecure-context',
      'This page was opened over an insecure address, where the browser checks no files: open it by https:// or as http://localhost.',
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
