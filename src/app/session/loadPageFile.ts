/** Fetches a file that is served with the page. */
import { CovisError } from '../../reporting/covisError.ts';

/** @throws CovisError `page-file-missing` with what to do */
export async function loadPageFile(path: string): Promise<Blob> {
  const response = await fetch(path).catch(() => null);
  // A server of single pages answers a missing file with the page itself.
  if (!response?.ok || response.headers.get('content-type')?.startsWith('text/html')) {
    throw new CovisError(
      'photos',
      'page-file-missing',
      `The file "${path}" of this page could not be loaded: check the connection and try again.`,
    );
  }
  return response.blob();
}
