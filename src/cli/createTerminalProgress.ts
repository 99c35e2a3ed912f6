/** One line of progress that rewrites itself on a terminal; silent when standard error is a file or a pipe. */
import type { Progress, ProgressStep } from '../reporting/progress.ts';

const WORDS: Readonly<Record<ProgressStep, string>> = {
  download: 'loading weights',
  read: 'reading weights',
  decode: 'preparing photos',
  search: 'looking at other turns and sizes',
  build: 'building graphs',
  compile: 'compiling graphs',
  features: 'computing features',
  coarse: 'matching',
  fine: 'matching finely',
  refine: 'refining places',
};

export interface TerminalProgress {
  readonly report: (progress: Progress) => void;
  readonly warn: (message: string) => void;
  readonly clear: () => void;
}

export function createTerminalProgress(stream: NodeJS.WriteStream): TerminalProgress {
  const ERASE_LINE = '\r\u001b[K';
  return {
    report({ step, fraction, part }) {
      if (stream.isTTY) {
        const percent = String(Math.round(100 * fraction)).padStart(3);
        const view = part ? ` (view ${part.index + 1} of ${part.count}: ${part.name})` : '';
        stream.write(`${ERASE_LINE}${percent} %  ${WORDS[step]}${view}`);
      }
    },
    warn(message) {
      stream.write(`${stream.isTTY ? ERASE_LINE : ''}${message}\n`);
    },
    clear() {
      if (stream.isTTY) stream.write(ERASE_LINE);
    },
  };
}
