/** What a failing call threw, with the proof that it is a CovisError of the checkpoint stage. */

import { expect } from 'vitest';

import { CovisError } from '../../reporting/covisError.ts';

export function expectFailure(run: () => unknown, code: string, message: RegExp = /./): void {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(CovisError);
  const error = thrown as CovisError;
  expect({ stage: error.stage, code: error.code }).toEqual({ stage: 'checkpoint', code });
  expect(error.message).toMatch(message);
  // One sentence: it ends once, and tells what to do after a colon or semicolon.
  expect(error.message).toMatch(/[:;] .+\.$/);
}
