/** The files a run leaves: found unwritable before the work that fills them, not after. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CovisError } from '../reporting/covisError.ts';

/**
 * @param what begins the sentence of a failure, such as "The match file"
 * @throws CovisError `write-failed`
 */
export async function requireWritable(path: string, what: string): Promise<void> {
  try {
    const existing = await stat(path).catch(() => null);
    if (existing?.isDirectory()) throw new Error(`"${path}" is a folder`);
    await access(existing ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw writeFailed(what, cause);
  }
}

/** @throws CovisError `write-failed` */
export async function writeOut(path: string, content: string | Uint8Array, what: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw writeFailed(what, cause);
  }
}

function writeFailed(what: string, cause: unknown): CovisError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CovisError('export', 'write-failed', `${what} cannot be written: ${reason}.`, { cause });
}
