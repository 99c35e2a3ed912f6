import { CovisError } from '../reporting/covisError.ts';

/** What a failure says to a person at a terminal, a remedy as the option that applies it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CovisError) {
    const { message, remedy } = error;
    return remedy === null ? message : message.replace(/\.$/, ` (--size ${remedy.longEdge}).`);
  }
  return `Something went wrong inside Covis: ${error instanceof Error ? error.message : String(error)}`;
}
