/** `npm run match`: the page's pipeline from a terminal. Progress goes to standard error, the match file out. */
import { CovisError, isAbort } from '../reporting/covisError.ts';
import { createTerminalProgress } from './createTerminalProgress.ts';
import { matchFiles } from './matchFiles.ts';
import { parseArguments, USAGE } from './parseArguments.ts';
import { requireWritable, writeOut } from './writeOut.ts';

/** As failures name them. */
const [matchFile, denseFile] = ['The match file', 'The file of dense matches'] as const;

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed.kind === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (parsed.kind === 'wrong-usage') {
    process.stderr.write(`${parsed.message}\n\n${USAGE}\n`);
    return 2;
  }

  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const progress = createTerminalProgress(process.stderr);
  const { out, dense: denseOut } = parsed.command;
  try {
    if (out !== null) await requireWritable(out, matchFile);
    if (denseOut !== null) await requireWritable(denseOut, denseFile);
    const { text, dense, summary } = await matchFiles(
      parsed.command,
      controller.signal,
      progress.report,
      progress.warn,
    );
    progress.clear();
    if (out === null) process.stdout.write(text);
    else await writeOut(out, text, matchFile);
    if (denseOut !== null && dense !== null) await writeOut(denseOut, dense, denseFile);
    process.stderr.write(`${summary}\n`);
    return 0;
  } catch (error) {
    progress.clear();
    process.stderr.write(`${isAbort(error) ? 'Cancelled.' : sentenceOf(error)}\n`);
    return 1;
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof CovisError) {
    const { message, remedy } = error;
    return remedy === null ? message : message.replace(/\.$/, ` (--size ${remedy.longEdge}).`);
  }
  return `Something went wrong inside Covis: ${error instanceof Error ? error.message : String(error)}`;
}

// Set rather than `process.exit`, which would cut a pipe that still drains.
process.exitCode = await main();
