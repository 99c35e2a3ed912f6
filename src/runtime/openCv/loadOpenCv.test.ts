import { describe, expect, it } from 'vitest';
import { CovisError } from '../../reporting/covisError.ts';
import type { OpenCv } from '../openCvApi.ts';
import { createOpenCvLoader, loadOpenCv } from './loadOpenCv.ts';

describe('loadOpenCv', () => {
  it('loads the functions that estimation needs, once', async () => {
    const [first, second] = await Promise.all([loadOpenCv(), loadOpenCv()]);
    expect(second).toBe(first);
    // A `then` on the module would make every await of it hang.
    expect(first).not.toHaveProperty('then');
    for (const name of [
      'Mat',
      'UsacParams',
      'findHomography',
      'findHomography1',
      'exceptionFromPtr',
    ] as const) {
      expect(first[name]).toBeTypeOf('function');
    }
    for (const name of [
      'SAMPLING_PROSAC',
      'SCORE_METHOD_MAGSAC',
      'LOCAL_OPTIM_GC',
      'COV_POLISHER',
    ] as const) {
      expect(first[name]).toBeTypeOf('number');
    }
  });

  it('forgets a failure, so that the next call tries again', async () => {
    const openCv = {} as OpenCv;
    let calls = 0;
    const load = createOpenCvLoader(async () => {
      calls += 1;
      if (calls === 1) throw new TypeError('Failed to fetch dynamically imported module');
      return { openCvReady: Promise.resolve(openCv) };
    });
    const failures = await Promise.allSettled([load(), load()]);
    expect(failures.map((failure) => failure.status)).toEqual(['rejected', 'rejected']);
    expect(calls).toBe(1);
    expect((failures[0] as PromiseRejectedResult).reason).toBeInstanceOf(CovisError);
    expect(await load()).toBe(openCv);
    expect(await load()).toBe(openCv);
    expect(calls).toBe(2);
  });

  it('reports a WebAssembly module that does not start', async () => {
    const load = createOpenCvLoader(async () => ({
      openCvReady: Promise.reject(new WebAssembly.CompileError('out of memory')),
    }));
    await expect(load()).rejects.toMatchObject({ stage: 'runtime', code: 'opencv-not-loaded' });
  });
});
