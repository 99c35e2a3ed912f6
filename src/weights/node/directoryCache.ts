/** Weights in a folder, for the terminal: `<id>.json` describes, `<id>-<hash>.weights` holds the bytes. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CachedWeights, isIntact, type WeightsCache } from '../cache.ts';

/** @param directory made when the first entry is written */
export function createDirectoryCache(directory: string): WeightsCache {
  const entryPath = (id: string) => join(directory, `${encodeURIComponent(id)}.json`);
  const bytesPath = ({ id, sha256 }: CachedWeights) =>
    join(directory, `${encodeURIComponent(id)}-${sha256.slice(0, 12)}.weights`);

  async function readEntry(path: string): Promise<CachedWeights | null> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as CachedWeights;
    } catch {
      return null;
    }
  }

  /** A rename within one folder is atomic: whoever reads sees the old file or the new one. */
  async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
    const unfinished = `${path}.${process.pid}-${Date.now()}.unfinished`;
    try {
      await writeFile(unfinished, content);
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  async function remove(id: string): Promise<void> {
    const entry = await readEntry(entryPath(id));
    await rm(entryPath(id), { force: true });
    if (entry !== null) await rm(bytesPath(entry), { force: true });
  }

  return {
    async list() {
      const names = await readdir(directory).catch((): string[] => []);
      const entries = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readEntry(join(directory, name))),
      );
      return entries.filter((entry) => entry !== null);
    },
    async read(id) {
      const entry = await readEntry(entryPath(id));
      if (entry === null) return null;
      const bytes = await readFile(bytesPath(entry)).then(
        (content) => new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.length),
        () => null,
      );
      if (bytes !== null && (await isIntact(entry, bytes))) return { entry, bytes };
      await remove(id);
      return null;
    },
    async write(entry, bytes) {
      await mkdir(directory, { recursive: true });
      const before = await readEntry(entryPath(entry.id));
      await writeWhole(bytesPath(entry), bytes);
      await writeWhole(entryPath(entry.id), JSON.stringify(entry));
      if (before !== null && before.sha256 !== entry.sha256) await rm(bytesPath(before), { force: true });
    },
    remove,
  };
}
