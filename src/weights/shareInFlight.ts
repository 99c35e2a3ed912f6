/**
 * One piece of work for all who ask for it at the same time. It goes on until the last of them cancels;
 * results and failures alike are forgotten once it ends.
 */

export interface Asker {
  readonly signal: AbortSignal;
  readonly report?: (fraction: number) => void;
}

export type Work<Result> = (signal: AbortSignal, report: (fraction: number) => void) => Promise<Result>;

interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  readonly askers: Set<Asker>;
  fraction: number;
}

/** @returns a function that joins the work under way for `key`, or starts it */
export function shareInFlight<Result>(): (key: string, asker: Asker, work: Work<Result>) => Promise<Result> {
  const flights = new Map<string, Flight<Result>>();

  function start(key: string, work: Work<Result>): Flight<Result> {
    const controller = new AbortController();
    const askers = new Set<Asker>();
    const report = (fraction: number) => {
      flight.fraction = fraction;
      for (const asker of askers) asker.report?.(fraction);
    };
    const result = Promise.resolve()
      .then(() => work(controller.signal, report))
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    // Whoever cancelled no longer listens; their promise was rejected already.
    result.catch(() => {});
    const flight: Flight<Result> = { result, controller, askers, fraction: 0 };
    flights.set(key, flight);
    return flight;
  }

  return async (key, { signal, report }, work) => {
    signal.throwIfAborted();
    const flight = flights.get(key) ?? start(key, work);
    const asker: Asker = report === undefined ? { signal } : { signal, report };
    flight.askers.add(asker);
    if (flight.fraction > 0) report?.(flight.fraction);
    const { promise: cancelled, reject } = rejectLater();
    const onAbort = () => {
      flight.askers.delete(asker);
      if (flight.askers.size === 0) {
        // A later asker must not join work that is being given up.
        if (flights.get(key) === flight) flights.delete(key);
        flight.controller.abort(signal.reason);
      }
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([flight.result, cancelled]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.askers.delete(asker);
    }
  };
}

function rejectLater(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}
