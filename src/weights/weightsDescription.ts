/** What the page and the terminal know of a set of weights. */

/** What tensor shapes cannot tell about a LoFTR checkpoint. */
export interface WeightsOptions {
  /** Attention heads of both transformers. */
  readonly heads: number;
  /** Position encoding with the authors' later correction (`temp_bug_fix`); a wrong choice matches badly. */
  readonly tempBugFix: boolean;
}

export interface WeightsDescription {
  /** Catalogue id, or `imported-` and the first 12 digits of the hash. */
  readonly id: string;
  readonly label: string;
  readonly matcher: 'loftr' | 'dkm';
  /** Size of the file; within 1 % for a `remote` entry whose exact size is not published. */
  readonly bytes: number;
  /** Hex digest; null for catalogue entries whose authors publish none and which this device never had. */
  readonly sha256: string | null;
  readonly licence: string;
  /** `bundled` ships with the page, `remote` must be downloaded first, the others are on this device. */
  readonly state: 'bundled' | 'remote' | 'downloaded' | 'imported';
  /** Null when the file itself says it. */
  readonly options: WeightsOptions | null;
}
