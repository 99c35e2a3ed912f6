/**
 * Weights for the terminal, by id or from a file: the page's own catalogue and download code, with a folder
 * (`$XDG_CACHE_HOME/covis`, otherwise `~/.cache/covis`) for what was downloaded.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashBytes } from '../../files/hashBytes.ts';
import { CovisError } from '../../reporting/covisError.ts';
import type { WeightsCache } from '../cache.ts';
import { identifyWeights, type WeightsCatalogue, weightsCatalogue } from '../catalogue.ts';
import type { Patience } from '../download.ts';
import type { Asker } from '../shareInFlight.ts';
import { createWeightsStore, type LoadedWeights } from '../store.ts';
import type { WeightsDescription } from '../weightsDescription.ts';
import { createDirectoryCache } from './directoryCache.ts';

export interface LoadWeightsNodeOptions extends Asker {
  readonly warn: (message: string) => void;
  /** Whose network a file unknown to the catalogue is meant to hold; default: LoFTR's. */
  readonly matcher?: WeightsDescription['matcher'];
  /** The folder that bundled files are relative to; default: the project's `public/`. */
  readonly publicDirectory?: string;
  readonly cache?: WeightsCache;
  readonly catalogue?: WeightsCatalogue;
  readonly patience?: Patience;
}

/**
 * @param idOrPath an id of the catalogue, or else the path of a checkpoint
 * @throws CovisError `weights-not-found` for neither; as `downloadWeights` otherwise
 */
export async function loadWeightsNode(
  idOrPath: string,
  options: LoadWeightsNodeOptions,
): Promise<LoadedWeights> {
  const catalogue: WeightsCatalogue = options.catalogue ?? weightsCatalogue;
  if (!Object.hasOwn(catalogue, idOrPath)) {
    return loadFile(idOrPath, catalogue, options.matcher ?? 'loftr', options.signal);
  }
  const publicDirectory = options.publicDirectory ?? join(import.meta.dirname, '../../../public');
  const store = createWeightsStore({
    cache: options.cache ?? createDirectoryCache(cacheDirectory()),
    baseUrl: pathToFileURL(join(publicDirectory, '/')),
    warn: options.warn,
    fetch: fetchOrReadFile,
    catalogue,
    ...(options.patience !== undefined && { patience: options.patience }),
  });
  return store.load(idOrPath, options);
}

/** Where the terminal keeps downloaded weights. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'covis');
}

async function loadFile(
  path: string,
  catalogue: WeightsCatalogue,
  matcher: WeightsDescription['matcher'],
  signal: AbortSignal,
): Promise<LoadedWeights> {
  let content: Buffer;
  try {
    content = await readFile(path, { signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CovisError(
      'weights',
      'weights-not-found',
      `There are no weights "${path}": give one of ${Object.keys(catalogue).join(', ')}, or the path of a checkpoint file that can be read.`,
      { cause },
    );
  }
  const bytes = new Uint8Array(content.buffer as ArrayBuffer, content.byteOffset, content.length);
  const sha256 = await hashBytes(bytes);
  const known = identifyWeights(sha256, catalogue);
  return {
    bytes,
    description: {
      id: known?.id ?? `imported-${sha256.slice(0, 12)}`,
      label: known?.entry.label ?? basename(path),
      matcher: known?.entry.matcher ?? matcher,
      bytes: bytes.length,
      sha256,
      licence: known?.entry.licence ?? 'your own file',
      state: 'imported',
      options: known?.entry.options ?? null,
    },
  };
}

/** Node's `fetch` with the one thing it lacks for bundled files: reading `file:` addresses. */
const fetchOrReadFile: typeof globalThis.fetch = async (input, init) => {
  if (!(input instanceof Request)) {
    const url = new URL(input);
    if (url.protocol === 'file:') {
      return readFile(url).then(
        (content) => new Response(new Uint8Array(content)),
        () => new Response(null, { status: 404 }),
      );
    }
  }
  return fetch(input, init);
};
