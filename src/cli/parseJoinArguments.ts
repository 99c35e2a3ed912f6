/** The options of `npm run join`, as its `--help` lists them; wrong usage is a value with a sentence. */
import { parseArgs } from 'node:util';
import { defaultSharingRadiusPx } from '../export/reconstruction/joinPairs.ts';
import { numberWithin } from './numberWithin.ts';
import type { Parsed } from './runProgram.ts';

export interface JoinCommand {
  readonly matchFiles: readonly string[];
  /** Where to write for COLMAP; null does not. */
  readonly colmap: string | null;
  /** Where to write for hloc; null does not. */
  readonly hloc: string | null;
  readonly sharingRadiusPx: number;
}

export const JOIN_USAGE = `usage: npm run join -- MATCHES.json... [--colmap FILE.zip] [--hloc FILE.zip] [options]

Joins match files of the page or of "npm run match" for programs that reconstruct from many photos.

  --colmap FILE.zip         write keypoints and matches for COLMAP, with a README that says how to go on
  --hloc FILE.zip           the same for hloc
  --share-px N              how far apart matches of different pairs may end in a photo to be one keypoint, in
                            its pixels (default: ${defaultSharingRadiusPx})
  --help                    this text

exit status: 0 success, 1 failure, 2 wrong usage`;

export function parseJoinArguments(args: readonly string[]): Parsed<JoinCommand> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        colmap: { type: 'string' },
        hloc: { type: 'string' },
        'share-px': { type: 'string', default: String(defaultSharingRadiusPx) },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    if (positionals.length === 0) return wrong('Match files are needed, none given.');
    const { colmap = null, hloc = null } = values;
    if (colmap === null && hloc === null) {
      return wrong('Say where to write: --colmap FILE.zip or --hloc FILE.zip.');
    }
    return {
      command: {
        matchFiles: positionals,
        colmap,
        hloc,
        sharingRadiusPx: numberWithin('--share-px', values['share-px'], 0, 100, false),
      },
    };
  } catch (error) {
    // `parseArgs` throws plain TypeErrors with sentences fit for a person.
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function wrong(message: string): Parsed<JoinCommand> {
  return { kind: 'wrong-usage', message };
}
