import { describe, expect, it } from 'vitest';
import { isAbort } from '../reporting/covisError.ts';
import { shareInFlight } from './shareInFlight.ts';

function never(): AbortSignal {
  return new AbortController().signal;
}

describe('shareInFlight', () => {
  it('does the work once for all who ask meanwhile, and again for who asks later', async () => {
    const share = shareInFlight<number>();
    let runs = 0;
    let finish = (_: number) => {};
    const work = () => {
      runs += 1;
      return new Promise<number>((resolve) => {
        finish = resolve;
      });
    };
    const both = [share('a', { signal: never() }, work), share('a', { signal: never() }, work)];
    const other = share('b', { signal: never() }, async () => 9);
    expect(await other).toBe(9);
    finish(7);
    expect(await Promise.all(both)).toEqual([7, 7]);
    expect(runs).toBe(1);
    const later = share('a', { signal: never() }, work);
    await Promise.resolve();
    finish(8);
    expect(await later).toBe(8);
    expect(runs).toBe(2);
  });

  it('forgets failures', async () => {
    const share = shareInFlight<number>();
    await expect(share('a', { signal: never() }, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await share('a', { signal: never() }, async () => 1)).toBe(1);
  });

  it('lets one cancel without disturbing the other, and stops when the last one cancels', async () => {
    const share = shareInFlight<number>();
    let workSignal = never();
    const work = (signal: AbortSignal) => {
      workSignal = signal;
      return new Promise<number>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const [first, second] = [new AbortController(), new AbortController()];
    const one = share('a', { signal: first.signal }, work);
    const two = share('a', { signal: second.signal }, work);
    first.abort();
    expect(isAbort(await one.catch((error: unknown) => error))).toBe(true);
    expect(workSignal.aborted).toBe(false);
    second.abort();
    expect(isAbort(await two.catch((error: unknown) => error))).toBe(true);
    expect(workSignal.aborted).toBe(true);
    expect(await share('a', { signal: never() }, async () => 1)).toBe(1);
  });

  it('reports to all, and to a latecomer what is done already', async () => {
    const share = shareInFlight<number>();
    const heard: string[] = [];
    let go = () => {};
    const work = async (_: AbortSignal, report: (fraction: number) => void) => {
      report(0.25);
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      report(1);
      return 1;
    };
    const one = share('a', { signal: never(), report: (share) => heard.push(`one ${share}`) }, work);
    await Promise.resolve();
    await Promise.resolve();
    const two = share('a', { signal: never(), report: (share) => heard.push(`two ${share}`) }, work);
    go();
    await Promise.all([one, two]);
    expect(heard).toEqual(['one 0.25', 'two 0.25', 'one 1', 'two 1']);
  });
});
