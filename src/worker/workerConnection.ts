/**
 * The page's half of the protocol for one worker: started at the first call, started anew after a crash.
 *
 * Aborting a call rejects it at once and tells the worker, which stops at its next step; what it still answers
 * is dropped.
 */
import { CovisError } from '../reporting/covisError.ts';
import type { ReportProgress } from '../reporting/progress.ts';
import type { CallName, FromWorker, ReplyOf, RequestOf, ToWorker } from './protocol.ts';

/** The part of `Worker` that is used. */
export interface WorkerLike {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface PendingCall {
  readonly resolve: (reply: never) => void;
  readonly reject: (error: unknown) => void;
  readonly report: ReportProgress | null;
}

export interface WorkerConnection<Names extends CallName> {
  call<Name extends Names>(
    name: Name,
    request: RequestOf<Name>,
    options: {
      readonly signal?: AbortSignal;
      readonly report?: ReportProgress;
      /** Objects of the request that move to the worker instead of being copied. */
      readonly transfer?: readonly Transferable[];
    },
  ): Promise<ReplyOf<Name>>;
  /** Starts the worker if none runs; the number counts the workers so far, for what an earlier one held is gone. */
  start(): number;
}

export function connectWorker<Names extends CallName>(
  start: () => WorkerLike,
  onNotice: (message: string) => void = () => {},
  patienceMs = PATIENCE_MS,
): WorkerConnection<Names> {
  /** Cancelled calls that the worker has not let go of yet. */
  const unanswered = new Set<number>();
  const pending = new Map<number, PendingCall>();
  let worker: WorkerLike | null = null;
  let generation = 0;
  let nextId = 1;

  function running(): WorkerLike {
    if (worker !== null) return worker;
    const started = start();
    generation += 1;
    started.onmessage = (event) => receive(event.data as FromWorker);
    started.onerror = (event) => {
      console.error(event.message ?? event);
      replaceWorker();
    };
    worker = started;
    return started;
  }

  /** Ends the worker; the next call starts a new one. Calls that still wait for this one are rejected. */
  function replaceWorker(reason: CovisError = crashed()): void {
    worker?.terminate();
    worker = null;
    for (const call of pending.values()) call.reject(reason);
    pending.clear();
    unanswered.clear();
  }

  function awaitCancelled(id: number, target: WorkerLike): void {
    unanswered.add(id);
    setTimeout(() => {
      if (worker === target && unanswered.has(id)) replaceWorker(replaced());
    }, patienceMs);
  }

  function receive(message: FromWorker): void {
    if (message.kind === 'notice') {
      onNotice(message.message);
      return;
    }
    if (message.kind !== 'progress') unanswered.delete(message.id);
    const call = pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === 'progress') {
      call.report?.(message.progress);
      return;
    }
    pending.delete(message.id);
    if (message.kind === 'reply') call.resolve(message.reply as never);
    else if (message.kind === 'failure') {
      // A WebAssembly module that ran out of memory stays broken and never gives memory back.
      if (message.failure.code === 'out-of-memory') replaceWorker();
      call.reject(CovisError.fromReport(message.failure));
    } else call.reject(new DOMException('The call was cancelled.', 'AbortError'));
  }

  return {
    start() {
      running();
      return generation;
    },
    call(name, request, { signal, report, transfer = [] }) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const target = running();
        const id = nextId++;
        pending.set(id, { resolve, reject, report: report ?? null });
        const message = { kind: 'call', id, call: name, request } as unknown as ToWorker;
        target.postMessage(message, [...transfer]);
        signal?.addEventListener(
          'abort',
          () => {
            if (!pending.delete(id)) return;
            target.postMessage({ kind: 'cancel', id });
            awaitCancelled(id, target);
            reject(signal.reason);
          },
          { once: true },
        );
      });
    },
  };
}

/**
 * A step of a large run can block its worker for minutes. Whoever cancelled it gets a new worker rather than the
 * wait; steps that end within this time leave the old one, with all its sessions, in place.
 */
const PATIENCE_MS = 5000;

/** Tells that a call was lost to a replaced worker and may be made again. */
export function isReplaced(error: unknown): boolean {
  return error instanceof CovisError && error.code === 'worker-replaced';
}

function replaced(): CovisError {
  return new CovisError(
    'worker',
    'worker-replaced',
    'The cancelled run did not stop in time, so its worker was ended; run again.',
  );
}

function crashed(): CovisError {
  return new CovisError(
    'worker',
    'worker-crashed',
    'The computing part of the page stopped unexpectedly, often for want of memory; run again, with a smaller long edge if it repeats.',
  );
}
