/** `npm run join`: the match files of many pairs as one folder for COLMAP or hloc. */
import { readFile, stat } from 'node:fs/promises';
import { createdBy } from '../export/createdBy.ts';
import { createMatchFile, type MatchFile } from '../export/matchFile.ts';
import { maximumMatchFileBytes, parseMatchFile } from '../export/parseMatchFile.ts';
import { joinPairs } from '../export/reconstruction/joinPairs.ts';
import { writeColmap } from '../export/reconstruction/writeColmap.ts';
import { writeHloc } from '../export/reconstruction/writeHloc.ts';
import { CovisError } from '../reporting/covisError.ts';
import { JOIN_USAGE, type JoinCommand, parseJoinArguments } from './parseJoinArguments.ts';
import { runProgram } from './runProgram.ts';
import { requireWritable, writeOut } from './writeOut.ts';

async function join({ matchFiles, colmap, hloc, sharingRadiusPx }: JoinCommand): Promise<void> {
  const asked = [
    { path: colmap, what: 'The file for COLMAP', write: writeColmap },
    { path: hloc, what: 'The file for hloc', write: writeHloc },
  ];
  for (const { path, what } of asked) if (path !== null) await requireWritable(path, what);
  const files: MatchFile[] = [];
  for (const path of matchFiles) files.push(await readMatchFile(path));
  const joined = joinPairs(files, sharingRadiusPx);
  for (const { path, what, write } of asked) {
    if (path !== null) await writeOut(path, await write(joined, createdBy), what);
  }
  process.stderr.write(`${joined.images.length} photos, ${joined.pairs.length} pairs\n`);
}

/** @throws CovisError that names the file */
async function readMatchFile(path: string): Promise<MatchFile> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > maximumMatchFileBytes) throw new Error('it is larger than any match file (over 100 MB)');
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw failed(`"${path}" cannot be read: ${cause instanceof Error ? cause.message : cause}.`, cause);
  }
  try {
    // Read and written again, its matches come by falling confidence.
    return createMatchFile(parseMatchFile(text), createdBy);
  } catch (cause) {
    throw cause instanceof CovisError ? failed(`"${path}": ${cause.message}`, cause) : cause;
  }
}

function failed(message: string, cause: unknown): CovisError {
  return new CovisError('export', 'match-file-unreadable', message, { cause });
}

// Set rather than `process.exit`, which would cut a pipe that still drains.
process.exitCode = await runProgram(parseJoinArguments(process.argv.slice(2)), JOIN_USAGE, join);
