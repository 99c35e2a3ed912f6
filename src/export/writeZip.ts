/** Zip archives whose bytes depend on nothing but what is in them. */
import { zipSync } from 'fflate';

/** The earliest date that a zip can carry. */
const entryDate = new Date(1980, 0, 1);

/**
 * @param entries by path; folders are parts of the paths
 * @param level of compression: 0 (none) to 9
 */
export function writeZip(
  entries: Readonly<Record<string, Uint8Array>>,
  level: 0 | 6,
): Uint8Array<ArrayBuffer> {
  return zipSync(entries, { level, mtime: entryDate });
}
