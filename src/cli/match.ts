/** `npm run match`: the page's pipeline from a terminal. Progress goes to standard error, the match file out. */
import { createTerminalProgress } from './createTerminalProgress.ts';
import { type MatchedFiles, matchFiles } from './matchFiles.ts';
import { type MatchCommand, parseArguments, USAGE } from './parseArguments.ts';
import { runProgram } from './runProgram.ts';
import { requireWritable, writeOut } from './writeOut.ts';

async function match(command: MatchCommand): Promise<void> {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const progress = createTerminalProgress(process.stderr);
  const { out, dense, colmap } = command;
  const asked = [
    { path: out, what: 'The match file', contentOf: ({ text }: MatchedFiles) => text },
    { path: dense, what: 'The file of dense matches', contentOf: (files: MatchedFiles) => files.dense },
    { path: colmap, what: 'The file for COLMAP', contentOf: (files: MatchedFiles) => files.colmap },
  ];
  try {
    for (const { path, what } of asked) if (path !== null) await requireWritable(path, what);
    const files = await matchFiles(command, controller.signal, progress.report, progress.warn);
    progress.clear();
    if (out === null) process.stdout.write(files.text);
    for (const { path, what, contentOf } of asked) {
      const content = contentOf(files);
      if (path !== null && content !== null) await writeOut(path, content, what);
    }
    process.stderr.write(`${files.summary}\n`);
  } catch (error) {
    progress.clear();
    throw error;
  }
}

// Set rather than `process.exit`, which would cut a pipe that still drains.
process.exitCode = await runProgram(parseArguments(process.argv.slice(2)), USAGE, match);
