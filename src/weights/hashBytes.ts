/** SHA-256 by Web Crypto, the one hash of the browser, its workers and Node alike. */
import { CovisError } from '../reporting/covisError.ts';

/**
 * @returns the lower-case hex digest of all of `bytes`
 * @throws CovisError `insecure-context` where the browser hides Web Crypto (plain http from another machine)
 */
export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new CovisError(
      'weights',
      'insecure-context',
      'The browser lets this page check no files because it came over plain http: open it on localhost or over https.',
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
