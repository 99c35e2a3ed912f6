/** The terminal's programs as their tests start them: the real ones, each in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface TerminalRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const projectFolder = fileURLToPath(new URL('../../..', import.meta.url));

export function runTerminal(
  args: readonly string[],
  { name = 'match', cwd = projectFolder }: { readonly name?: 'match' | 'join'; readonly cwd?: string } = {},
): Promise<TerminalRun> {
  const program = fileURLToPath(new URL(`../${name}.ts`, import.meta.url));
  // Resolved from here, so that the program also starts in another folder.
  const loader = import.meta.resolve('tsx');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', loader, program, ...args],
      { cwd, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ status, stdout, stderr });
      },
    );
  });
}
