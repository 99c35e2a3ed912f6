/** The formats matches can be saved in. A new one is one entry here and one file. */
import type { PairResult } from '../pipeline/pairResult.ts';
import { createMatchFile, writeMatchFile } from './matchFile.ts';
import { joinPairs } from './reconstruction/joinPairs.ts';
import { writeColmap } from './reconstruction/writeColmap.ts';
import { writeCsv } from './writeCsv.ts';

export interface ExportFormat {
  readonly label: string;
  readonly description: string;
  /** Without the dot. */
  readonly extension: string;
  readonly mimeType: string;
  /**
   * @param createdBy program and version
   * @throws CovisError (export)
   */
  readonly write: (result: PairResult, createdBy: string) => string | Uint8Array<ArrayBuffer>;
}

export const exportFormats = {
  matchFile: {
    label: 'Match file',
    description: 'Everything, as JSON; this page opens it again.',
    extension: 'json',
    mimeType: 'application/json',
    write: (result, createdBy) => writeMatchFile(createMatchFile(result, createdBy)),
  },
  csv: {
    label: 'CSV table',
    description: 'Coordinates, confidence and inlier, one line a match.',
    extension: 'csv',
    mimeType: 'text/csv',
    write: writeCsv,
  },
  colmap: {
    label: 'COLMAP',
    description: 'Keypoints and matches for COLMAP to import, as a zip that says how.',
    extension: 'colmap.zip',
    mimeType: 'application/zip',
    write: (result, createdBy) => writeColmap(joinPairs([createMatchFile(result, createdBy)]), createdBy),
  },
} satisfies Record<string, ExportFormat>;

export type ExportFormatId = keyof typeof exportFormats;
