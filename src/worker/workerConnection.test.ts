import { describe, expect, it } from 'vitest';
import { CovisError } from '../reporting/covisError.ts';
import { createPhotoLedger } from './photoLedger.ts';
import type { EstimationCalls, MatchingCalls, OpenedPhoto, ToWorker } from './protocol.ts';
import { type Handlers, type MessageScope, serveCalls } from './serveCalls.ts';
import { connectWorker, isReplaced, type WorkerLike } from './workerConnection.ts';

/** Both halves of the protocol in one thread, with every message cloned as between real workers. */
function startFake(serve: (scope: MessageScope) => void): WorkerLike {
  const scope: MessageScope = {
    onmessage: null,
    postMessage: (message) =>
      queueMicrotask(() => page.onmessage?.({ data: structuredClone(message) } as MessageEvent)),
  };
  const page: WorkerLike = {
    onmessage: null,
    onerror: null,
    postMessage: (message: ToWorker) =>
      queueMicrotask(() => scope.onmessage?.({ data: structuredClone(message) } as MessageEvent)),
    terminate: () => {
      scope.onmessage = null;
    },
  };
  serve(scope);
  return page;
}

const request = {
  keypoints0: new Float32Array(8),
  keypoints1: new Float32Array(8),
  confidence: new Float32Array(4),
  settings: {
    model: 'homography',
    method: 'ransac',
    thresholdPx: 3,
    confidence: 0.999,
    maxIterations: 10,
    seed: 0,
  },
} as const;

function connectEstimation(estimate: Handlers<keyof EstimationCalls>['estimate']) {
  return connectWorker<keyof EstimationCalls>(() =>
    startFake((scope) => serveCalls<keyof EstimationCalls>(scope, { estimate })),
  );
}

describe('the worker protocol', () => {
  it('answers calls and carries progress', async () => {
    const connection = connectEstimation(async (asked, context) => {
      context.report({ step: 'coarse', fraction: 0.5 });
      const failure = { ok: false, settings: asked.settings, reason: 'no-model', message: 'None.' } as const;
      return { estimation: failure, milliseconds: 3 };
    });
    const fractions: number[] = [];
    const reply = await connection.call('estimate', request, {
      report: ({ fraction }) => fractions.push(fraction),
    });
    expect(reply.milliseconds).toBe(3);
    expect(reply.estimation.settings).toEqual(request.settings);
    expect(fractions).toEqual([0.5]);
  });

  it('carries code, stage and message of a failure', async () => {
    const connection = connectEstimation(async () => {
      throw new CovisError('estimation', 'some-code', 'Do this.');
    });
    const failure = await connection.call('estimate', request, {}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CovisError);
    expect(failure).toMatchObject({ stage: 'estimation', code: 'some-code', message: 'Do this.' });
  });

  it('rejects an aborted call at once and tells the worker', async () => {
    let seen: AbortSignal | null = null;
    const connection = connectEstimation((_, { signal }) => {
      seen = signal;
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const call = connection.call('estimate', request, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve));
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    await new Promise((resolve) => setTimeout(resolve));
    expect(seen!.aborted).toBe(true);
  });

  it('rejects what is pending when the worker crashes and starts a new one', async () => {
    const workers: WorkerLike[] = [];
    const connection = connectWorker<keyof EstimationCalls>(() => {
      const worker = startFake((scope) =>
        serveCalls<keyof EstimationCalls>(scope, { estimate: () => new Promise(() => {}) }),
      );
      workers.push(worker);
      return worker;
    });
    const call = connection.call('estimate', request, {});
    workers[0]!.onerror?.({ message: 'crash of the test' } as ErrorEvent);
    await expect(call).rejects.toMatchObject({ code: 'worker-crashed' });
    expect(connection.start()).toBe(2);
  });
});

describe('a worker that does not stop', () => {
  const answer = { ok: false, settings: request.settings, reason: 'no-model', message: 'None.' } as const;

  function connectSlow(workMs: number) {
    let started = 0;
    const connection = connectWorker<keyof EstimationCalls>(
      () => {
        started++;
        return startFake((scope) =>
          serveCalls<keyof EstimationCalls>(scope, {
            async estimate(_, { signal }) {
              await new Promise((resolve) => setTimeout(resolve, workMs));
              signal.throwIfAborted();
              return { estimation: answer, milliseconds: workMs };
            },
          }),
        );
      },
      undefined,
      40,
    );
    return { connection, started: () => started };
  }

  async function cancelOne({ connection }: ReturnType<typeof connectSlow>) {
    const controller = new AbortController();
    const call = connection.call('estimate', request, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve));
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  }

  it('is replaced after a while, and tells waiting calls that they may be made again', async () => {
    const slow = connectSlow(10_000);
    await cancelOne(slow);
    const waiting = slow.connection.call('estimate', request, {}).catch((error: unknown) => error);
    expect(isReplaced(await waiting)).toBe(true);
    expect(slow.connection.start()).toBe(2);
  });

  it('is kept when it stops in time', async () => {
    const slow = connectSlow(5);
    await cancelOne(slow);
    await new Promise((resolve) => setTimeout(resolve, 80));
    await slow.connection.call('estimate', request, {});
    expect(slow.started()).toBe(1);
  });
});

describe('a worker out of memory', () => {
  it('is replaced, for its memory never comes back', async () => {
    let started = 0;
    const connection = connectWorker<keyof EstimationCalls>(() => {
      started++;
      return startFake((scope) =>
        serveCalls<keyof EstimationCalls>(scope, {
          estimate: async () => {
            throw new CovisError('runtime', 'out-of-memory', 'Too large.');
          },
        }),
      );
    });
    await expect(connection.call('estimate', request, {})).rejects.toMatchObject({ code: 'out-of-memory' });
    await expect(connection.call('estimate', request, {})).rejects.toMatchObject({ code: 'out-of-memory' });
    expect(started).toBe(2);
  });
});

describe('the photo ledger', () => {
  it('opens photos again in a worker that was started anew', async () => {
    const openedNames: string[] = [];
    let nextId = 10;
    const connection = {
      generation: 1,
      start: () => connection.generation,
      call: async (name: string, asked: unknown) => {
        if (name !== 'openPhoto') return null;
        openedNames.push((asked as { name: string }).name);
        return { photoId: nextId++, preview: { close() {} } } as unknown as OpenedPhoto;
      },
    };
    const ledger = createPhotoLedger(
      connection as unknown as ReturnType<typeof connectWorker<keyof MatchingCalls>>,
    );
    const { signal } = new AbortController();
    const { photoId } = await ledger.open(signal, new Blob([]), 'a.jpg');
    expect(await ledger.idInWorker(signal, photoId)).toBe(10);
    connection.generation = 2;
    expect(await ledger.idInWorker(signal, photoId)).toBe(11);
    expect(await ledger.idInWorker(signal, photoId)).toBe(11);
    expect(openedNames).toEqual(['a.jpg', 'a.jpg']);
  });
});
