/** Starts a process for one case and takes its answer. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildAnswer, ChildOrder } from './childMessages.ts';

export function runInNode(order: ChildOrder): Promise<ChildAnswer> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
    child.once('message', (answer) => resolve(answer as ChildAnswer));
    child.once('error', reject);
    // Also after the answer, where it changes nothing.
    child.once('exit', (code, signal) =>
      reject(new Error(`The process of "${order.caseId}" ended without an answer (${signal ?? code}).`)),
    );
    child.send(order);
  });
}
