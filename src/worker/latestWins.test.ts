import { expect, it } from 'vitest';
import { createLatestWins } from './latestWins.ts';

const { signal } = new AbortController();

it('runs the first and the last of many requests and drops those between', async () => {
  const latest = createLatestWins();
  const started: number[] = [];
  const request = (value: number) =>
    latest(signal, async () => {
      started.push(value);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return value;
    });
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(request));
  expect(started).toEqual([1, 4]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
  ]);
  expect((outcomes[1] as PromiseRejectedResult).reason.name).toBe('AbortError');
});

it('goes on after a request that fails', async () => {
  const latest = createLatestWins();
  await expect(latest(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(latest(signal, async () => 5)).resolves.toBe(5);
});

it('does not run a request whose signal was aborted while it waited', async () => {
  const latest = createLatestWins();
  const controller = new AbortController();
  const first = latest(signal, () => new Promise((resolve) => setTimeout(resolve, 5)));
  let ran = false;
  const second = latest(controller.signal, async () => {
    ran = true;
  });
  controller.abort();
  await first;
  await expect(second).rejects.toThrow();
  expect(ran).toBe(false);
});
