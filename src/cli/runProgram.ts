/** What the terminal's programs have in common: help, wrong usage, and failures as one line with an exit status. */
import { CovisError, isAbort } from '../reporting/covisError.ts';

/** Arguments turned into a command; wrong usage is a value with a sentence. */
export type Parsed<Command> =
  | { readonly command: Command }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong-usage'; readonly message: string };

/** @returns the exit status: 0 success, 1 failure, 2 wrong usage */
export async function runProgram<Command>(
  parsed: Parsed<Command>,
  usage: string,
  run: (command: Command) => Promise<void>,
): Promise<number> {
  if ('command' in parsed) {
    try {
      await run(parsed.command);
      return 0;
    } catch (error) {
      process.stderr.write(`${sentenceOf(error)}\n`);
      return 1;
    }
  }
  if (parsed.kind === 'help') {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  process.stderr.write(`${parsed.message}\n\n${usage}\n`);
  return 2;
}

/** What a failure says to a person at a terminal, a remedy as the option that applies it. */
function sentenceOf(error: unknown): string {
  if (isAbort(error)) return 'Cancelled.';
  if (error instanceof CovisError) {
    const { message, remedy } = error;
    return remedy === null ? message : message.replace(/\.$/, ` (--size ${remedy.longEdge}).`);
  }
  return `Something went wrong inside Covis: ${error instanceof Error ? error.message : String(error)}`;
}
