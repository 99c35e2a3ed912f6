/**
 * The worker's half of the protocol: dispatches calls to handlers, turns aborts and failures into messages.
 */
import { CovisError, isAbort } from '../reporting/covisError.ts';
import type { ReportProgress } from '../reporting/progress.ts';
import type { CallName, FromWorker, ReplyOf, RequestOf, ToWorker } from './protocol.ts';

export interface CallContext {
  readonly signal: AbortSignal;
  readonly report: ReportProgress;
  /** Moves an object to the page instead of copying it. */
  readonly transfer: (object: Transferable) => void;
}

export type Handlers<Names extends CallName> = {
  readonly [Name in Names]: (request: RequestOf<Name>, context: CallContext) => Promise<ReplyOf<Name>>;
};

/** The part of a worker's global scope that is used; a `MessagePort` has it too. */
export interface MessageScope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

export function serveCalls<Names extends CallName>(scope: MessageScope, handlers: Handlers<Names>): void {
  const running = new Map<number, AbortController>();

  scope.onmessage = (event) => {
    const message = event.data as ToWorker;
    if (message.kind === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    const { id } = message;
    const controller = new AbortController();
    running.set(id, controller);
    const transfers: Transferable[] = [];
    const handler = handlers[message.call as Names] as (
      request: unknown,
      context: CallContext,
    ) => Promise<ReplyOf<Names>>;
    const answer = handler(message.request, {
      signal: controller.signal,
      report: (progress) => scope.postMessage({ kind: 'progress', id, progress }, []),
      transfer: (object) => transfers.push(object),
    });
    answer
      .then(
        (reply) => scope.postMessage({ kind: 'reply', id, reply }, transfers),
        (error: unknown) => {
          if (isAbort(error)) scope.postMessage({ kind: 'cancelled', id }, []);
          else scope.postMessage({ kind: 'failure', id, failure: reportOf(error) }, []);
        },
      )
      .finally(() => running.delete(id));
  };
}

function reportOf(error: unknown) {
  if (error instanceof CovisError) return error.toReport();
  // A defect of ours: the details go to the console, the person gets a sentence.
  console.error(error);
  const text = error instanceof Error ? error.message : String(error);
  return new CovisError('worker', 'unexpected', `Something went wrong inside Covis: ${text}`).toReport();
}
