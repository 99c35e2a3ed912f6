import { describe, expect, it } from 'vitest';
import { createRunQueue } from './runQueue.ts';

describe('createRunQueue', () => {
  it('runs one job at a time, in order', async () => {
    const queue = createRunQueue();
    const log: string[] = [];
    const job = (name: string, milliseconds: number) => async () => {
      log.push(`start ${name}`);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      log.push(`end ${name}`);
      return name;
    };
    const results = await Promise.all([queue.add(job('a', 20)), queue.add(job('b', 1))]);
    expect(results).toEqual(['a', 'b']);
    expect(log).toEqual(['start a', 'end a', 'start b', 'end b']);
  });

  it('goes on after a job that rejects', async () => {
    const queue = createRunQueue();
    const failing = queue.add(() => Promise.reject(new Error('broken')));
    const following = queue.add(async () => 7);
    await expect(failing).rejects.toThrow('broken');
    await expect(following).resolves.toBe(7);
  });

  it('lets waiting messages in after a job, so that a cancel is seen before the next one', async () => {
    const queue = createRunQueue();
    const { port1, port2 } = new MessageChannel();
    let received = false;
    port1.onmessage = () => {
      received = true;
    };
    await queue.add(async () => port2.postMessage('cancel'));
    expect(received).toBe(true);
    port1.close();
  });
});
