/**
 * The weights Covis knows by name: where they are, how they are recognised, and what tensor shapes cannot
 * tell about them. The official files are the authors' own checkpoints (LoFTR, Sun et al., CVPR 2021; DKM,
 * Edstedt et al., CVPR 2023) on mirrors that allow other pages to read them.
 */
import type { WeightsDescription, WeightsOptions } from './weightsDescription.ts';

export interface CatalogueEntry {
  readonly label: string;
  readonly matcher: WeightsDescription['matcher'];
  /** `bundled` ships with the page, `remote` is downloaded on request. */
  readonly origin: 'bundled' | 'remote';
  /** Absolute for `remote`, relative to the page for `bundled`. */
  readonly url: string;
  readonly bytes: number;
  /** False where the exact size is not published: `bytes` is then within 1 %. */
  readonly bytesExact: boolean;
  /** Null where the authors publish none: what is downloaded is taken if its size is right, and its hash kept. */
  readonly sha256: string | null;
  readonly licence: string;
  /** Null when the file itself says it. */
  readonly options: WeightsOptions | null;
}

export const weightsCatalogue = {
  'loftr-compact': {
    label: 'LoFTR compact',
    matcher: 'loftr',
    origin: 'bundled',
    url: 'weights/loftr-compact.safetensors',
    bytes: 1034888,
    bytesExact: true,
    sha256: '43d61cb6dfd53579025b683f04c029204de650e33842d0bc40346fce01b813fa',
    licence: 'MIT',
    options: null,
  },
  'loftr-outdoor': {
    label: 'LoFTR outdoor',
    matcher: 'loftr',
    origin: 'remote',
    url: 'https://huggingface.co/kornia/loftr/resolve/main/loftr_outdoor.ckpt',
    bytes: 46341978,
    bytesExact: true,
    sha256: '21f5bec5968178e8bc8b7633441836fe5de4f47d861dd2cd7dc38e271b0479ec',
    licence: 'Apache-2.0 (code), mirror labelled MIT',
    options: { heads: 8, tempBugFix: false },
  },
  'loftr-indoor': {
    label: 'LoFTR indoor',
    matcher: 'loftr',
    origin: 'remote',
    url: 'https://huggingface.co/kornia/loftr/resolve/main/loftr_indoor_ds_new.ckpt',
    bytes: 46_400_000,
    bytesExact: false,
    sha256: 'be9ff88b323ec27889114719f668ae41aff7034b56a4c4acbd46b8b180b87ed3',
    licence: 'Apache-2.0 (code), mirror labelled MIT',
    options: { heads: 8, tempBugFix: true },
  },
  'dkm-compact': {
    label: 'DKM compact',
    matcher: 'dkm',
    origin: 'bundled',
    url: 'weights/dkm-compact.safetensors',
    bytes: 10932902,
    bytesExact: true,
    sha256: 'e522663fd21fcd0f36809e95e281b2b08c9bd15a942de258dce0b7cb4b21d018',
    licence: 'MIT',
    options: null,
  },
  'dkm-outdoor': {
    label: 'DKM outdoor',
    matcher: 'dkm',
    origin: 'remote',
    url: 'https://huggingface.co/Realcat/imcui_checkpoints/resolve/main/dkm/DKMv3_outdoor.pth',
    bytes: 289_800_000,
    bytesExact: false,
    sha256: null,
    licence: 'MIT',
    options: null,
  },
} as const satisfies Record<string, CatalogueEntry>;

export type CatalogueId = keyof typeof weightsCatalogue;

export type WeightsCatalogue = Readonly<Record<string, CatalogueEntry>>;

/**
 * Recognises a known file by its content, so that one dropped on the page gets the options it was trained with.
 *
 * @param sha256 lower-case hex digest of the whole file
 * @returns the catalogue's id and entry, or null for a file nobody listed
 */
export function identifyWeights(
  sha256: string,
  catalogue: WeightsCatalogue = weightsCatalogue,
): { readonly id: string; readonly entry: CatalogueEntry } | null {
  for (const [id, entry] of Object.entries(catalogue)) {
    if (entry.sha256 === sha256) return { id, entry };
  }
  return null;
}
