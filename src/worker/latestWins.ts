/**
 * Lets only the newest of many requests count: one runs, at most one waits, and a newer one takes the place of
 * the one that waits, which rejects as aborted. So a slider never queues up work.
 */
export type LatestWins = <Result>(
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
) => Promise<Result>;

export function createLatestWins(): LatestWins {
  let busy = false;
  let waiting: { start: () => void; drop: () => void } | null = null;

  function next(): void {
    busy = false;
    const following = waiting;
    waiting = null;
    following?.start();
  }

  return (signal, run) =>
    new Promise((resolve, reject) => {
      const start = () => {
        busy = true;
        // Started inside a promise, so that a `run` that throws at once does not block the others.
        Promise.resolve()
          .then(() => {
            signal.throwIfAborted();
            return run(signal);
          })
          .then(resolve, reject)
          .finally(next);
      };
      if (!busy) {
        start();
        return;
      }
      waiting?.drop();
      waiting = { start, drop: () => reject(new DOMException('A newer request took over.', 'AbortError')) };
    });
}
