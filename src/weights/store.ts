/**
 * All weights a person can choose from, wherever their bytes are: shipped with the page, downloaded, or
 * brought along as a file. Whether the bytes are a usable network is for the reader of checkpoints to say.
 */

import { hashBytes } from '../files/hashBytes.ts';
import { CovisError } from '../reporting/covisError.ts';
import { type CachedWeights, createForgivingCache, type WeightsCache } from './cache.ts';
import {
  type CatalogueEntry,
  identifyWeights,
  type WeightsCatalogue,
  weightsCatalogue,
} from './catalogue.ts';
import { downloadWeights, type Patience } from './download.ts';
import { type Asker, shareInFlight } from './shareInFlight.ts';
import type { WeightsDescription, WeightsOptions } from './weightsDescription.ts';

export interface LoadedWeights {
  /** The whole file. Shared by everyone who asked at the same time: not to be written to. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** With the `sha256` of exactly these bytes. */
  readonly description: WeightsDescription & { readonly sha256: string };
}

export interface WeightsStore {
  /** The catalogue in its order, then imported files. */
  list(): Promise<readonly WeightsDescription[]>;
  /**
   * The bytes of `id`, downloaded and kept first where they must be.
   * @throws CovisError as `downloadWeights`, or `weights-unknown`; the signal's reason when cancelled
   */
  load(id: string, asker: Asker): Promise<LoadedWeights>;
  /**
   * Keeps a person's own file; one that is known by its hash takes its place in the catalogue instead.
   * @param matcher whose network the file holds
   * @param options what the file does not say itself; ignored for a known file
   */
  importFile(
    bytes: Uint8Array<ArrayBuffer>,
    name: string,
    matcher: WeightsDescription['matcher'],
    options: WeightsOptions | null,
  ): Promise<WeightsDescription>;
  /** Frees the storage of a downloaded or imported file. @throws CovisError `weights-bundled` */
  remove(id: string): Promise<void>;
}

export interface WeightsStoreParts {
  readonly cache: WeightsCache;
  /** What bundled files are relative to: the folder of the page, with a slash at the end. */
  readonly baseUrl: string | URL;
  /** Receives one sentence for a person when weights work but could not be kept. */
  readonly warn: (message: string) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly catalogue?: WeightsCatalogue;
  readonly patience?: Patience;
}

export function createWeightsStore(parts: WeightsStoreParts): WeightsStore {
  const catalogue: WeightsCatalogue = parts.catalogue ?? weightsCatalogue;
  const cache = createForgivingCache(parts.cache, parts.warn);
  const share = shareInFlight<LoadedWeights>();
  /** Interrupted downloads on their way into the cache. */
  const keeping = new Map<string, Promise<void>>();

  async function loadCatalogued(
    id: string,
    entry: CatalogueEntry,
    signal: AbortSignal,
    report: (fraction: number) => void,
  ): Promise<LoadedWeights> {
    const download = {
      signal,
      report,
      ...(parts.fetch !== undefined && { fetch: parts.fetch }),
      ...(parts.patience !== undefined && { patience: parts.patience }),
    };
    const source = { ...entry, url: new URL(entry.url, parts.baseUrl).href };
    if (entry.origin === 'bundled') {
      const bytes = await downloadWeights(source, download);
      return found(id, entry, 'bundled', bytes, await hashOf(entry, bytes));
    }

    const cached = await cache.read(id);
    if (cached && isOf(entry, cached.entry)) {
      return found(id, entry, 'downloaded', cached.bytes, cached.entry.sha256);
    }

    await keeping.get(id);
    // Without a hash nobody could tell whether a piece of an earlier visit belongs to the same file.
    const partial = entry.sha256 === null ? null : await cache.read(partialId(id));
    const bytes = await downloadWeights(source, {
      ...download,
      resumeFrom: partial?.bytes ?? null,
      onInterrupted: (received) => keepPartial(id, entry, received),
    });
    const sha256 = await hashOf(entry, bytes);
    await cache.remove(partialId(id));
    await cache.write(cacheEntry(id, entry, bytes, sha256), bytes);
    return found(id, entry, 'downloaded', bytes, sha256);
  }

  async function loadImported(id: string): Promise<LoadedWeights> {
    const cached = await cache.read(id);
    if (cached === null) {
      throw new CovisError(
        'weights',
        'weights-unknown',
        `The weights "${id}" are not on this device: open their file again, or choose one of ${Object.keys(catalogue).join(', ')}.`,
      );
    }
    return { bytes: cached.bytes, description: describeImported(cached.entry) };
  }

  function keepPartial(id: string, entry: CatalogueEntry, received: Uint8Array<ArrayBuffer>): void {
    if (entry.sha256 === null) return;
    const kept = hashBytes(received)
      .then((sha256) =>
        cache.write(
          { id: partialId(id), label: entry.label, bytes: received.length, sha256, options: null },
          received,
        ),
      )
      .catch(() => {})
      .finally(() => keeping.delete(id));
    keeping.set(id, kept);
  }

  return {
    async list() {
      const entries = (await cache.list()).filter(({ id }) => !isPartial(id));
      const cached = new Map(entries.map((entry) => [entry.id, entry]));
      const catalogued = Object.entries(catalogue).map(([id, entry]) => {
        if (entry.origin === 'bundled') return describeCatalogued(id, entry, 'bundled');
        const kept = cached.get(id);
        return kept && isOf(entry, kept)
          ? { ...describeCatalogued(id, entry, 'downloaded'), bytes: kept.bytes, sha256: kept.sha256 }
          : describeCatalogued(id, entry, 'remote');
      });
      const imported = entries.filter(({ id }) => catalogue[id] === undefined).map(describeImported);
      return [...catalogued, ...imported];
    },

    load(id, asker) {
      const entry = Object.hasOwn(catalogue, id) ? catalogue[id] : undefined;
      return share(id, asker, (signal, report) =>
        entry === undefined ? loadImported(id) : loadCatalogued(id, entry, signal, report),
      );
    },

    async importFile(bytes, name, matcher, options) {
      const sha256 = await hashBytes(bytes);
      const known = identifyWeights(sha256, catalogue);
      if (known !== null) {
        if (known.entry.origin === 'bundled') return describeCatalogued(known.id, known.entry, 'bundled');
        await cache.write(cacheEntry(known.id, known.entry, bytes, sha256), bytes);
        await cache.remove(partialId(known.id));
        return { ...describeCatalogued(known.id, known.entry, 'downloaded'), bytes: bytes.length };
      }
      const entry = {
        id: `imported-${sha256.slice(0, 12)}`,
        label: name,
        bytes: bytes.length,
        sha256,
        options,
        matcher,
      };
      await cache.write(entry, bytes);
      return describeImported(entry);
    },

    async remove(id) {
      if (catalogue[id]?.origin === 'bundled') {
        throw new CovisError(
          'weights',
          'weights-bundled',
          `"${catalogue[id].label}" ships with Covis and takes no storage of its own: there is nothing to remove.`,
        );
      }
      await keeping.get(id);
      await cache.remove(partialId(id));
      await cache.remove(id);
    },
  };
}

/** Whether cached bytes, which their own hash vouches for, are those of the entry. */
function isOf(entry: CatalogueEntry, cached: CachedWeights): boolean {
  return entry.sha256 === null || cached.sha256 === entry.sha256;
}

/** The download has checked a published hash already. */
async function hashOf(entry: CatalogueEntry, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return entry.sha256 ?? (await hashBytes(bytes));
}

function found(
  id: string,
  entry: CatalogueEntry,
  state: 'bundled' | 'downloaded',
  bytes: Uint8Array<ArrayBuffer>,
  sha256: string,
): LoadedWeights {
  return { bytes, description: { ...describeCatalogued(id, entry, state), bytes: bytes.length, sha256 } };
}

function describeCatalogued(
  id: string,
  entry: CatalogueEntry,
  state: 'bundled' | 'remote' | 'downloaded',
): WeightsDescription {
  const { label, matcher, bytes, sha256, licence, options } = entry;
  return { id, label, matcher, bytes, sha256, licence, state, options };
}

function describeImported(entry: CachedWeights): WeightsDescription & { readonly sha256: string } {
  const { id, label, bytes, sha256, options, matcher = 'loftr' } = entry;
  const licence = 'your own file';
  return { id, label, matcher, bytes, sha256, licence, state: 'imported', options };
}

function cacheEntry(
  id: string,
  { label, options, matcher }: CatalogueEntry,
  bytes: Uint8Array,
  sha256: string,
): CachedWeights {
  return { id, label, bytes: bytes.length, sha256, options, matcher };
}

/** An interrupted download is kept under an id of its own, so that it goes on even after a reload. */
function partialId(id: string): string {
  return `${id}.partial`;
}

function isPartial(id: string): boolean {
  return id.endsWith('.partial');
}
