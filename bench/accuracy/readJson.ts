/** A JSON file that another run or program wrote. */
import { readFile } from 'node:fs/promises';

/**
 * @returns null where there is no such file
 * @throws Error with one sentence for a file that is no JSON
 */
export async function readJson<Content>(path: string): Promise<Content | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Content;
  } catch {
    throw new Error(`"${path}" is no JSON.`);
  }
}
